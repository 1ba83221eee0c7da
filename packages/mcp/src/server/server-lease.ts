import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Leasable } from "@colony/core";
import { CallFailure } from "./call-failure.ts";
import { Connection, type ServerCall } from "./connection.ts";
import type { McpServerOptions } from "./server-options.ts";

/**
 * One execution's own way to a server. A server that was lost, or does not answer any more after a call was called off, is
 * started or reached anew at the next call; whoever else talks to that server has a way of his own.
 */
export class ServerLease implements AsyncDisposable {
  readonly #open: () => Promise<Connection>;
  readonly #all = new Set<Connection>();
  /** Those on which a call was called off since they last answered. */
  readonly #doubtful = new WeakSet<Connection>();
  #current: Promise<Connection>;

  private constructor(open: () => Promise<Connection>) {
    this.#open = open;
    this.#current = this.#opened();
  }

  /** What an execution leases of a server. */
  static of(name: string, options: McpServerOptions): Leasable<ServerLease> {
    return {
      name: `MCP server ${name}`,
      async open(signal) {
        const lease = new ServerLease(async () => await Connection.open(name, options, signal));
        await lease.#current;
        return lease;
      },
    };
  }

  /** Throws a `CallFailure`, and what opening a connection throws. */
  async call(call: ServerCall): Promise<CallToolResult> {
    const connection = await this.#ready();
    try {
      return await this.#callOn(connection, call);
    } catch (error) {
      if (!(error instanceof CallFailure) || error.outcome !== "expired" || call.signal.aborted) throw error;
      this.#replace(connection);
      return await this.#callOn(await this.#current, call);
    }
  }

  async #callOn(connection: Connection, call: ServerCall): Promise<CallToolResult> {
    try {
      return await connection.call(call);
    } finally {
      if (call.signal.aborted) this.#doubtful.add(connection);
    }
  }

  /** A connection that can be used. */
  async #ready(): Promise<Connection> {
    const current = this.#current;
    const connection = await current.catch(() => undefined);
    if (connection !== undefined && (await this.#isUsable(connection))) return connection;
    if (this.#current === current) this.#replace(connection);
    return await this.#current;
  }

  async #isUsable(connection: Connection): Promise<boolean> {
    if (connection.isLost) return false;
    if (!this.#doubtful.has(connection)) return true;
    const answers = await connection.answers();
    if (answers) this.#doubtful.delete(connection);
    return answers;
  }

  /** Those who still wait on the old one are told that it was lost. */
  #replace(old: Connection | undefined): void {
    const ended = old === undefined ? Promise.resolve() : this.#end(old);
    this.#current = ended.then(() => this.#opened());
    // Whoever wants it next hears of it.
    this.#current.catch(() => undefined);
  }

  async #opened(): Promise<Connection> {
    const connection = await this.#open();
    this.#all.add(connection);
    return connection;
  }

  async #end(connection: Connection): Promise<void> {
    this.#all.delete(connection);
    await connection[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that is being opened is given up by its signal.
    await this.#current.catch(() => undefined);
    await Promise.all(Array.from(this.#all, async (connection) => await this.#end(connection)));
  }
}
