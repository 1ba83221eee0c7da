import { messageOf, nearest, type Tool } from "@colony/core";
import type { McpTool } from "@colony/mcp";
import { createWorkspace } from "@colony/workspace";
import type { ToolRef } from "../shape/agent.ts";
import type { DeclaredColony } from "../shape/colony-shape.ts";
import { placeOf, type Path } from "../tree/node.ts";
import type { Building } from "./build.ts";
import { askServers, type AskedServers } from "./servers.ts";

/** The group of the read-only tools over a folder. */
const WORKSPACE = "workspace";
const MCP = /^mcp:(?<server>[^/]+)(?:\/(?<tool>.+))?$/u;

/** The tools that a file's names stand for. */
export class Tools {
  readonly #building: Building;
  readonly #declared: DeclaredColony;
  readonly #named: ReadonlyMap<string, readonly Tool[]>;
  readonly #asked: AskedServers;

  private constructor(
    building: Building,
    {
      declared,
      named,
      asked,
    }: {
      readonly declared: DeclaredColony;
      readonly named: ReadonlyMap<string, readonly Tool[]>;
      readonly asked: AskedServers;
    },
  ) {
    this.#building = building;
    this.#declared = declared;
    this.#named = named;
    this.#asked = asked;
  }

  /** Asks the servers that are wanted. */
  static async open(declared: DeclaredColony, building: Building): Promise<Tools> {
    const refs = [declared.overseer, ...Object.values(declared.workers ?? {})].flatMap(
      (agent): readonly (ToolRef | Tool)[] => agent?.tools ?? [],
    );
    const names = refs.filter((ref) => typeof ref === "string");
    const used = names.flatMap((name) => MCP.exec(name)?.groups?.["server"] ?? []);
    const wanted = new Set(building.servers === "all" ? Object.keys(declared.mcpServers ?? {}) : used);
    const [named, asked] = await Promise.all([
      namedTools(names, building),
      askServers(declared.mcpServers ?? {}, wanted, building),
    ]);
    return new Tools(building, { declared, named, asked });
  }

  get servers(): AskedServers["servers"] {
    return this.#asked.servers;
  }

  /** Those of a list, each once, in its order. */
  of(refs: readonly ToolRef[], path: Path): readonly Tool[] {
    const tools = new Set(
      refs.flatMap((ref, index) => (typeof ref === "string" ? this.#ofName(ref, [...path, index]) : [ref])),
    );
    return [...tools];
  }

  #ofName(name: string, path: Path): readonly Tool[] {
    const { server, tool } = MCP.exec(name)?.groups ?? {};
    if (server !== undefined) return this.#ofServer(server, tool ?? "*", path);
    return (
      this.#named.get(name) ??
      this.#unknown(`is "${name}", and there is no such tool`, { name, path, all: this.#words })
    );
  }

  #ofServer(server: string, tool: string, path: Path): readonly Tool[] {
    const declared = Object.keys(this.#declared.mcpServers ?? {});
    if (!declared.includes(server))
      return this.#unknown(`names the MCP server "${server}", which is not in mcpServers`, {
        name: server,
        path,
        all: declared,
      });
    // What is wrong with a server is said there.
    if (!this.#asked.servers.some(({ name }) => name === server)) return [];
    const own = this.#asked.tools.filter((each) => each.server === server);
    const found = own.filter((each) => matches(each, tool));
    if (found.length > 0) return found.map(({ made }) => made);
    return this.#unknown(`names "${tool}" of the MCP server "${server}", which has no such tool`, {
      name: tool,
      path,
      all: own.map((each) => each.tool),
    });
  }

  get #words(): readonly string[] {
    const servers = Object.keys(this.#declared.mcpServers ?? {}).map((name) => `mcp:${name}/*`);
    return [...this.#named.keys(), ...servers];
  }

  #unknown(
    what: string,
    { name, path, all }: { readonly name: string; readonly path: Path; readonly all: readonly string[] },
  ): readonly Tool[] {
    const meant = nearest(name.slice(0, 60), all);
    const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
    const { problems, file } = this.#building;
    problems.about(file.root, path, `${what}${hint}; there are: ${all.join(", ") || "none"}`);
    return [];
  }
}

/** A tool by its server's name of it; `*` at the end stands for whatever follows. */
function matches({ tool }: McpTool, wanted: string): boolean {
  return wanted.endsWith("*") ? tool.startsWith(wanted.slice(0, -1)) : tool === wanted;
}

/** Everything that goes by a name of its own: the program's tools, and those of the workspace. */
async function namedTools(
  wanted: readonly string[],
  building: Building,
): Promise<ReadonlyMap<string, readonly Tool[]>> {
  const own = Object.entries(building.tools).map(([name, tools]) => [name, [tools].flat()] as const);
  const workspace = await workspaceTools(building, wanted);
  return new Map([[WORKSPACE, workspace], ...workspace.map((tool) => [tool.name, [tool]] as const), ...own]);
}

async function workspaceTools(building: Building, wanted: readonly string[]): Promise<readonly Tool[]> {
  const { workspace: root, exclude, file, problems } = building;
  try {
    const { tools } = await createWorkspace({ root, exclude });
    return tools;
  } catch (error) {
    // Whoever wants none of them does not need the folder.
    if (wanted.some((name) => !name.startsWith("mcp:") && !Object.hasOwn(building.tools, name)))
      problems.at(placeOf(file.root, []), [], messageOf(error));
    return [];
  }
}
