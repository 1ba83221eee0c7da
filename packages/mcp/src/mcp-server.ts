import type { Tool as Listed } from "@modelcontextprotocol/sdk/types.js";
import { ColonyError, messageOf, nearest, requireValue, type Tool } from "@colony/core";
import { z } from "zod";
import { Connection } from "./server/connection.ts";
import { ServerLease } from "./server/server-lease.ts";
import {
  DEFAULT_START_TIMEOUT_MS,
  checkServer,
  checkServers,
  checkWaiting,
  type McpServerOptions,
} from "./server/server-options.ts";
import { usableTools } from "./tools/listed-tools.ts";
import { serverTool, type ToolServer } from "./tools/server-tool.ts";
import { toolNames } from "./tools/tool-names.ts";

/** A server that was asked what it has. Nothing of it runs any more: each execution has a connection of its own. */
export interface McpServer {
  readonly name: string;
  /** What it calls itself, with its version. */
  readonly title: string;
  /** The names it gives to its tools. */
  readonly tools: readonly string[];
  /** What of its list cannot be used and why, one sentence each. */
  readonly leftOut: readonly string[];
}

/** A tool of a server. */
export interface McpTool {
  readonly server: string;
  /** The server's own name of it. */
  readonly tool: string;
  /** What agents hold; its name is `server_tool`, made valid and unique. */
  readonly made: Tool;
}

interface Known extends McpServer, ToolServer {
  readonly listed: readonly Listed[];
}

/** What stands behind a server that was asked. */
const KNOWN = new WeakMap<McpServer, Known>();

/**
 * Starts or reaches a server, asks it for all of its tools, and lets go of it. Throws `settings.invalid` for what describes
 * no server or gives effects for tools that it does not have, `mcp.unavailable`, and `wait.aborted`.
 */
export async function askServer(
  name: string,
  options: McpServerOptions,
  how: { readonly signal: AbortSignal },
): Promise<McpServer> {
  checkServer(name, options);
  checkWaiting(how, "signal");
  const { signal } = how;
  await using connection = await Connection.open(name, options, signal);
  const { usable: listed, leftOut } = usableTools(await toolsOf(connection, { name, options, signal }));
  const tools = listed.map((tool) => tool.name);
  for (const tool of Object.keys(options.effects ?? {}))
    if (!tools.includes(tool)) throw noSuchEffect(tool, { name, tools });
  const server = { name, title: connection.title, tools, leftOut };
  KNOWN.set(server, { ...server, options, listed, leasable: ServerLease.of(name, options) });
  return server;
}

/**
 * The tools of servers that were asked, in their order, under names that no two of them share. Throws `settings.invalid` for
 * what `askServer` has not given.
 */
export function toolsOfServers(servers: readonly McpServer[]): readonly McpTool[] {
  requireValue(servers, {
    fits: z.array(z.custom<McpServer>(isAsked)),
    what: "what tools are wanted of",
    give: "a list of what askServer has given",
    code: "settings.invalid",
  });
  const all = servers.flatMap((server) => {
    const known = KNOWN.get(server);
    return known === undefined ? [] : known.listed.map((listed) => ({ known, listed }));
  });
  const names = toolNames(all.map(({ known, listed }) => ({ server: known.name, tool: listed.name })));
  return all.map(({ known, listed }, index) => ({
    server: known.name,
    tool: listed.name,
    made: serverTool(known, listed, names[index] ?? listed.name),
  }));
}

function isAsked(server: unknown): boolean {
  return typeof server === "object" && server !== null && KNOWN.has(server as McpServer);
}

/**
 * The tools of MCP servers, for the `tools` of a definition. Servers are asked side by side and let go of; each execution
 * then has a connection of its own, from its first call to its end. Throws what `askServer` throws.
 */
export async function mcpTools(
  servers: { readonly [name: string]: McpServerOptions },
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly Tool[]> {
  checkServers(servers);
  checkWaiting(options, "nothing");
  const { signal = new AbortController().signal } = options;
  const asked = Object.entries(servers).map(
    async ([name, server]) => await askServer(name, server, { signal }),
  );
  // None is left running when another one has failed.
  await Promise.allSettled(asked);
  return toolsOfServers(await Promise.all(asked)).map(({ made }) => made);
}

async function toolsOf(
  connection: Connection,
  {
    name,
    options: { startTimeoutMs = DEFAULT_START_TIMEOUT_MS },
    signal,
  }: { readonly name: string; readonly options: McpServerOptions; readonly signal: AbortSignal },
): Promise<readonly Listed[]> {
  const late = AbortSignal.timeout(startTimeoutMs);
  try {
    return await connection.tools(AbortSignal.any([signal, late]));
  } catch (error) {
    if (signal.aborted)
      throw new ColonyError("wait.aborted", `the tools of the MCP server "${name}" are not wanted any more`, {
        cause: error,
      });
    const why = late.aborted ? `it took more than ${startTimeoutMs / 1_000} s` : messageOf(error);
    const words = `the MCP server "${name}" does not tell its tools: ${why}`;
    throw new ColonyError("mcp.unavailable", words, { details: { server: name }, cause: error });
  }
}

function noSuchEffect(
  tool: string,
  { name, tools }: { readonly name: string; readonly tools: readonly string[] },
): ColonyError {
  const meant = nearest(tool, tools);
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  return new ColonyError(
    "settings.invalid",
    `effects of the MCP server "${name}" names "${tool}", and there is no such tool${hint}; there are: ${tools.join(", ") || "none"}`,
  );
}
