import {
  SILENT_LOGGER,
  agentId,
  callId,
  executionIdOf,
  type JsonValue,
  type Tool,
  type ToolContext,
} from "@colony/core";
import type { McpTool } from "../mcp-server.ts";

/** An agent's execution that calls tools, as the agent loop does: one lease for what its calls share. */
export class Caller implements AsyncDisposable {
  readonly progress: string[] = [];
  readonly #leases = new Map<unknown, Promise<AsyncDisposable>>();
  readonly #ending = new AbortController();
  #calls = 0;

  async call(tool: Tool, input: JsonValue = {}, signal = new AbortController().signal): Promise<JsonValue> {
    const validated = await tool.validate(input);
    if ("problem" in validated) throw new Error(validated.problem);
    this.#calls += 1;
    const id = agentId("w1");
    const key = `${id}/${this.#calls}`;
    const context: Partial<ToolContext> = {
      signal,
      callId: callId(key),
      callKey: key,
      agent: { id, executionId: executionIdOf(id, 1), correlationId: undefined, depth: 1 },
      progress: (message) => this.progress.push(message),
      log: SILENT_LOGGER,
      lease: async (leasable) => {
        const held = this.#leases.get(leasable) ?? leasable.open(this.#ending.signal);
        this.#leases.set(leasable, held);
        return (await held) as never;
      },
    };
    return await tool.run(validated.value, context as ToolContext);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    for (const lease of this.#leases.values()) await (await lease)[Symbol.asyncDispose]();
  }
}

/** One of them by the server's own name. */
export function named(tools: readonly McpTool[], name: string): Tool {
  const found = tools.find(({ tool }) => tool === name);
  if (found === undefined) throw new Error(`the server has no tool ${name}`);
  return found.made;
}
