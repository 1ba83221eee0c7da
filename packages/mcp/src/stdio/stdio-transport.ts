import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Child } from "./child.ts";

/** Speaks MCP with a child: one message to a line. Lines that are none are left out, since some servers log there. */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #child: Child;
  readonly #buffer = new ReadBuffer();

  constructor(child: Child) {
    this.#child = child;
  }

  start(): Promise<void> {
    const { output, ended } = this.#child;
    output.on("data", (chunk: Buffer) => this.#take(chunk));
    // What it said before it ended is still heard.
    const closed = new Promise<void>((resolve) => {
      output.once("close", resolve);
      output.once("end", resolve);
    });
    void Promise.all([ended, closed]).then(() => this.onclose?.());
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#child.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    await this.#child.end();
    this.#child.output.destroy();
    this.#buffer.clear();
  }

  #take(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      // A line without an end: nothing that comes after it could be understood.
      this.onerror?.(asError(error));
      void this.#child.end();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        this.onerror?.(asError(error));
      }
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
