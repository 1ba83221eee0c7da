import { ColonyError, messageOf } from "@colony/core";
import type { McpServer, McpServerOptions, McpTool } from "@colony/mcp";
import { dirname, resolve } from "node:path";
import type { DeclaredServer } from "../shape/mcp-server.ts";
import { placeOf, type Path } from "../tree/node.ts";
import type { Building } from "./build.ts";

/** The servers that tools were wanted of: those that answered, and their tools. */
export interface AskedServers {
  readonly servers: readonly McpServer[];
  readonly tools: readonly McpTool[];
}

/** Asks servers for their tools, side by side. Nothing of them is left running. */
export async function askServers(
  declared: Readonly<Record<string, DeclaredServer>>,
  wanted: ReadonlySet<string>,
  building: Building,
): Promise<AskedServers> {
  const names = Object.keys(declared).filter((name) => wanted.has(name));
  if (names.length === 0) return { servers: [], tools: [] };
  // Loaded only where there are servers: it takes a while.
  const { askServer, toolsOfServers } = await import("@colony/mcp");
  const asked = await Promise.all(
    names.map(async (name) => {
      const path: Path = ["mcpServers", name];
      const { file, problems, signal } = building;
      try {
        return await askServer(name, optionsOf(declared[name] ?? {}, path, building), { signal });
      } catch (error) {
        // What it was called off with says so in a sentence of its own.
        if (signal.aborted) throw error;
        const about = isAboutEffects(error) ? [...path, "effects"] : path;
        problems.about(file.root, about, `cannot be used: ${messageOf(error)}`);
        return undefined;
      }
    }),
  );
  const servers = asked.flatMap((server) => server ?? []);
  return { servers, tools: toolsOfServers(servers) };
}

function optionsOf(declared: DeclaredServer, path: Path, { file, problems }: Building): McpServerOptions {
  const { command, args, env, cwd, url, headers, timeout, startTimeout, effects, trustHints } = declared;
  const any = {
    secrets: problems.secrets,
    ...(effects === undefined ? {} : { effects }),
    ...(trustHints === undefined ? {} : { trustHints }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(startTimeout === undefined ? {} : { startTimeoutMs: startTimeout }),
  };
  if (command === undefined) return { url: url ?? "", ...any, ...(headers === undefined ? {} : { headers }) };
  // Paths are counted from the file in which they stand.
  const folder = dirname(resolve(file.folder, placeOf(file.root, [...path, "command"]).file));
  return {
    command,
    ...any,
    cwd:
      cwd === undefined
        ? folder
        : resolve(dirname(resolve(file.folder, placeOf(file.root, [...path, "cwd"]).file)), cwd),
    ...(args === undefined ? {} : { args }),
    ...(env === undefined ? {} : { env }),
  };
}

function isAboutEffects(error: unknown): boolean {
  return (
    error instanceof ColonyError && error.code === "settings.invalid" && error.message.startsWith("effects ")
  );
}
