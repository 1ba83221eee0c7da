import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SILENT_LOGGER } from "@colony/core";
import { openColony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { examineColonyFile } from "./load-colony-file.ts";
import { ColonyFolder, MODELS } from "./testing/colony-folder.ts";

const SERVER = JSON.stringify(join(import.meta.dirname, "../../mcp/src/testing/stdio-server.ts"));
const NODE = JSON.stringify(process.execPath);

const file = (tools: string, server = ""): string => `
version: "1"
overseer: { model: fast }
workers:
  helper:
    model: slow
    tools: ${tools}
mcpServers:
  local:
    command: ${NODE}
    args: [${SERVER}]
    env: { JOURNAL: "\${JOURNAL:-}" }
    ${server}
  unused: { command: touch, args: [started] }
`;

it("tools of servers are named one by one, by how they begin, or all", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": file('["mcp:local/echo", "mcp:local/p*", read_file]', "effects: { echo: pure }"),
  });
  const { tools = [] } = (await folder.load()).workers?.["helper"] ?? {};
  expect(tools.map(({ name, effect }) => `${name} ${effect}`)).toEqual([
    "local_echo pure",
    "local_pid once",
    "local_picture once",
    "read_file pure",
  ]);
  folder.write("colony.yaml", file('["mcp:local/*"]', "timeout: 5s"));
  const all = (await folder.load()).workers?.["helper"]?.tools ?? [];
  expect(all.length).toBeGreaterThan(8);
  expect(new Set(all.map(({ timeoutMs }) => timeoutMs))).toEqual(new Set([5_000]));
});

it("a server that nobody has tools of is not started", async () => {
  using folder = new ColonyFolder({ "colony.yaml": file("[read_file]") });
  const { problems, servers } = await examineColonyFile(join(folder.path, "colony.yaml"), {
    env: {},
    models: MODELS,
  });
  expect([problems, servers]).toEqual([[], []]);
  expect(existsSync(join(folder.path, "started"))).toBe(false);
});

it("workers call them, with the environment that the file gives", async () => {
  using folder = new ColonyFolder({ "colony.yaml": file('["mcp:local/echo"]') });
  const journal = join(folder.path, "journal");
  const caller = createScriptedModel([
    { toolCalls: [{ id: "c", name: "local_echo", input: { text: "hello" } }] },
    { text: "Done." },
  ]);
  const options = await folder.load({
    env: { JOURNAL: journal },
    models: (name) => (name === "slow" ? caller : createScriptedModel(() => ({ text: "Yes." }))),
  });
  const colony = await openColony({ ...options, logger: SILENT_LOGGER });
  const worker = await colony.spawn("helper", { task: "Go." });
  expect((await worker.report())?.summary).toBe("Done.");
  await colony.close();
  expect(readFileSync(journal, "utf8")).toContain("echo hello");
});

it.each<[string, string, string, string]>([
  [
    "a tool that the server has not",
    '["mcp:local/ecko"]',
    "",
    '7:13: workers.helper.tools[0] names "ecko" of the MCP server "local", which has no such tool (did you mean "echo"?); there are: echo, pid',
  ],
  [
    "a server that there is not",
    '["mcp:lokal/*"]',
    "",
    '7:13: workers.helper.tools[0] names the MCP server "lokal", which is not in mcpServers (did you mean "local"?); there are: local, unused',
  ],
  [
    "a tool without its server",
    "[echo]",
    "",
    '7:13: workers.helper.tools[0] is "echo", and there is no such tool; there are: workspace, list_folder, measure_files, search_text, outline_files, read_file, mcp:local/*, mcp:unused/*',
  ],
  [
    "an effect of a tool that the server has not",
    '["mcp:local/*"]',
    "effects: { ecko: pure }",
    'mcpServers.local.effects cannot be used: effects of the MCP server "local" names "ecko"',
  ],
  [
    "a server that does not answer",
    '["mcp:unused/*"]',
    "",
    '14:11: mcpServers.unused cannot be used: the MCP server "unused" is not there: "touch" ended with exit code 0',
  ],
])("what is not there is named with what is: %s", async (...[, tools, server, words]) => {
  using folder = new ColonyFolder({ "colony.yaml": file(tools, server) });
  const lines = await folder.wrong();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(words);
});

it("a server's own words never show a secret", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": `
version: "1"
overseer: { model: fast, tools: ["mcp:chatty/*"] }
mcpServers:
  chatty: { command: sh, args: ["-c", "echo wrong token $1 >&2; exit 1", "sh", "\${TOKEN}"] }
`,
  });
  const lines = await folder.wrong({ env: { TOKEN: "s3cret-token" } });
  expect(lines[0]).toMatch(/ended with exit code 1, saying "wrong token (?:\[hidden\]|\$\{TOKEN\})"/);
});
