import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CallToolResultSchema,
  ListToolsResultSchema,
  type CallToolResult,
  type Progress,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { ColonyError, messageOf, type JsonObject } from "@colony/core";
import { CALL_KEY } from "../tools/call-key.ts";
import { CallFailure, failureOf } from "./call-failure.ts";
import { openLine, type Line } from "./line.ts";
import { DEFAULT_START_TIMEOUT_MS, type McpServerOptions } from "./server-options.ts";

const CLIENT = { name: "colony", version: "1" };

/** The longest that the client's timers can wait: how long a call may take is for the call's own signal to say. */
const NEVER_MS = 2_147_483_647;

/** How long a server that is asked whether it still answers may take for that. Milliseconds. */
const ANSWER_MS = 5_000;

/** A list of tools in more pages than this is taken for one without an end. */
const MOST_PAGES = 1_000;

/** One call of a server's tool. */
export interface ServerCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly callKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A connection to a server, from its greeting on. */
export class Connection implements AsyncDisposable {
  readonly #client: Client;
  readonly #line: Line;
  readonly #waiting = new Map<string, (failure: CallFailure) => void>();
  #isLost = false;
  #asking: Promise<boolean> | undefined;

  private constructor(client: Client, line: Line) {
    this.#client = client;
    this.#line = line;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the client is no event target
    client.onclose = () => {
      this.#isLost = true;
    };
  }

  /** Throws `mcp.unavailable` in words, and `wait.aborted` where the signal came first. */
  static async open(name: string, options: McpServerOptions, signal: AbortSignal): Promise<Connection> {
    const { startTimeoutMs = DEFAULT_START_TIMEOUT_MS } = options;
    const late = AbortSignal.timeout(startTimeoutMs);
    const waiting: { connection?: Connection } = {};
    const client = new Client(CLIENT, { capabilities: {} });
    let line: Line | undefined;
    try {
      line = await openLine(options, (callKey) => waiting.connection?.lose(callKey));
      await client.connect(line.transport, { signal: AbortSignal.any([signal, late]), timeout: NEVER_MS });
      return (waiting.connection = new Connection(client, line));
    } catch (error) {
      const fate = line?.fate();
      await line?.close();
      if (signal.aborted)
        throw new ColonyError("wait.aborted", `the MCP server "${name}" is not wanted any more`, {
          cause: error,
        });
      const reason = late.aborted ? `it did not answer within ${startTimeoutMs / 1_000} s` : whyOf(error);
      const words = `the MCP server "${name}" is not there: ${fate ?? reason}`;
      throw new ColonyError("mcp.unavailable", line?.said(words) ?? words, { details: { server: name } });
    }
  }

  /** Whether nothing more can be said to it. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** What it calls itself, with its version. */
  get title(): string {
    const { name = "", version = "" } = this.#client.getServerVersion() ?? {};
    return `${name} ${version}`.trim();
  }

  /** All of its tools, page after page. */
  async tools(signal: AbortSignal): Promise<readonly Tool[]> {
    if (this.#client.getServerCapabilities()?.tools === undefined) return [];
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      // Not by the client's own list, which makes something of schemas that nobody here asks for.
      const listed = await this.#client.request(
        { method: "tools/list", params: cursor === undefined ? {} : { cursor } },
        ListToolsResultSchema,
        { signal, timeout: NEVER_MS },
      );
      tools.push(...listed.tools);
      if (listed.nextCursor === undefined || listed.nextCursor === cursor) break;
      cursor = listed.nextCursor;
    }
    return tools;
  }

  /** What the server answered, an error of its tool included. Throws a `CallFailure` where it did not. */
  async call({ tool, input, callKey, signal, onProgress }: ServerCall): Promise<CallToolResult> {
    // Of its own, since the client would tell the server of a cancel long after the call's end.
    const cancel = new AbortController();
    const onAbort = (): void => cancel.abort(signal.reason);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    const lost = Promise.withResolvers<never>();
    this.#waiting.set(callKey, lost.reject);
    try {
      const params = { name: tool, arguments: input, _meta: { [CALL_KEY]: callKey } };
      const answered = this.#client.request({ method: "tools/call", params }, CallToolResultSchema, {
        signal: cancel.signal,
        timeout: NEVER_MS,
        onprogress: onProgress,
      });
      return await Promise.race([answered, lost.promise]);
    } catch (error) {
      if (error instanceof CallFailure) throw error;
      const failure = failureOf(error, { isLost: this.#isLost, isCancelled: cancel.signal.aborted });
      const fate = failure.outcome === "unknown" ? this.#line.fate() : undefined;
      throw failure.saying(this.#line.said(fate ?? failure.message));
    } finally {
      this.#waiting.delete(callKey);
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** The stream on which the answer of a call was to come is over. */
  lose(callKey: string): void {
    const words = "the connection broke off before it had answered";
    this.#waiting.get(callKey)?.(new CallFailure("unknown", words));
  }

  /** Whether it still answers at all. */
  answers(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    if (this.#isLost) return false;
    try {
      await this.#client.ping({ timeout: ANSWER_MS });
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the session, and the program where the server is one. Never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line.close();
    // The line is gone by now; what is left of the client has nothing more to say.
    await this.#client.close().catch(() => undefined);
  }
}

/** The innermost reason: "fetch failed" says nothing. */
function whyOf(error: unknown): string {
  if (error instanceof StreamableHTTPError)
    return failureOf(error, { isLost: false, isCancelled: false }).message;
  const cause = error instanceof Error ? error.cause : undefined;
  const words = cause instanceof Error ? messageOf(cause) : "";
  return words === "" ? messageOf(error) : words;
}
