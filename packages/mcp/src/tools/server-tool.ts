import type { Tool as Listed } from "@modelcontextprotocol/sdk/types.js";
import {
  ColonyError,
  JsonObjectSchema,
  MAX_JSON_DEPTH,
  isDeeperThan,
  type JsonObject,
  type JsonValue,
  type Leasable,
  type Tool,
  type ToolContext,
  type ToolEffect,
} from "@colony/core";
import { CallFailure } from "../server/call-failure.ts";
import type { ServerLease } from "../server/server-lease.ts";
import { timeoutOf, type McpServerOptions } from "../server/server-options.ts";
import { inputCheck } from "./input-check.ts";
import { textOf, toolOutput } from "./tool-output.ts";

/** A server as its tools see it. */
export interface ToolServer {
  readonly name: string;
  readonly options: McpServerOptions;
  readonly leasable: Leasable<ServerLease>;
}

/** A server's tool as agents hold it. */
export function serverTool(server: ToolServer, listed: Listed, name: string): Tool {
  const { $schema: _dialect, ...inputSchema } = JsonObjectSchema.parse(listed.inputSchema);
  const effect = effectOf(server.options, listed);
  const title = listed.title ?? listed.annotations?.title ?? listed.name;
  return {
    name,
    group: "mcp",
    description: listed.description ?? title,
    inputSchema,
    effect,
    timeoutMs: timeoutOf(server.options),
    validate: inputCheck(inputSchema),
    run: async (input, context) =>
      await run({ server, tool: listed.name, effect }, input as JsonObject, context),
  };
}

/** What a call of it may do to the world: what was declared, else what the server says where that is trusted. */
function effectOf({ effects, trustHints }: McpServerOptions, { name, annotations }: Listed): ToolEffect {
  const declared = effects !== undefined && Object.hasOwn(effects, name) ? effects[name] : undefined;
  if (declared !== undefined) return declared;
  if (trustHints !== true) return "once";
  if (annotations?.readOnlyHint === true) return "pure";
  return annotations?.idempotentHint === true ? "idempotent" : "once";
}

interface Call {
  readonly server: ToolServer;
  readonly tool: string;
  readonly effect: ToolEffect;
}

async function run(
  { server, tool, effect }: Call,
  input: JsonObject,
  context: ToolContext,
): Promise<JsonValue> {
  const { signal, callKey, progress } = context;
  const lease = await context.lease(server.leasable);
  try {
    const result = await lease.call({
      tool,
      input,
      callKey,
      signal,
      onProgress: ({ message, progress: done, total }) =>
        progress(
          message ?? inSteps(done, total),
          total === undefined ? { progress: done } : { progress: done, total },
        ),
    });
    if (isDeeperThan(MAX_JSON_DEPTH, result.structuredContent))
      throw new ColonyError(
        "mcp.failed",
        `what "${tool}" of the MCP server "${server.name}" answered cannot be read: it is nested more than ${MAX_JSON_DEPTH} levels deep. It may have taken effect.`,
      );
    if (result.isError !== true) return toolOutput(result);
    throw new Error(
      textOf(result.content) || `"${tool}" of the MCP server "${server.name}" failed without a word`,
    );
  } catch (error) {
    if (error instanceof CallFailure) throw inWords(error, { tool, server: server.name, effect });
    throw error;
  }
}

function inSteps(done: number, total: number | undefined): string {
  return total === undefined ? String(done) : `${done} of ${total}`;
}

function inWords(
  { outcome, message }: CallFailure,
  { tool, server, effect }: { readonly tool: string; readonly server: string; readonly effect: ToolEffect },
): ColonyError {
  const whose = `"${tool}" of the MCP server "${server}"`;
  if (outcome === "refused") return new ColonyError("mcp.failed", `${whose} was refused: ${message}`);
  if (outcome !== "unknown")
    return new ColonyError("mcp.unavailable", `${whose} was not called, nothing was done: ${message}`);
  if (effect !== "once")
    return new ColonyError("mcp.unavailable", `${whose} did not answer: ${message}. It may be called again.`);
  return new ColonyError(
    "tool.outcome_unknown",
    `${whose} did not answer: ${message}. Whether it took effect is not known.`,
  );
}
