import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SILENT_LOGGER, type Tool } from "@colony/core";
import { defineWorker, openColony, type Colony, type ColonyOptions } from "@colony/runtime";
import { createManualClock, createScriptedModel } from "@colony/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mcpTools } from "./mcp-server.ts";
import { living, until } from "./testing/living.ts";

let folder: string;
let journalFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "colony-leases-"));
  journalFile = join(folder, "journal");
});
afterEach(() => {
  for (const pid of living(folder)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const SERVER = join(import.meta.dirname, "testing/stdio-server.ts");
const server = (env: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [SERVER],
  env: { JOURNAL: journalFile, ...env },
});
const journal = (): string => {
  try {
    return readFileSync(journalFile, "utf8");
  } catch {
    return "";
  }
};
/** How often a server was started. */
const starts = (): number => journal().match(/^up /gm)?.length ?? 0;

/** Calls the tools that its task names, one after the other, and says what the last one gave. */
const dutiful = createScriptedModel(({ prompt }) => {
  const text = prompt.flatMap(({ role, content }) =>
    role === "user" ? content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : [],
  );
  const wanted = (text[0] ?? "").split(" ").filter((word) => word.startsWith("s_"));
  const results = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
  const next = wanted[results.length];
  if (next !== undefined) return { toolCalls: [{ id: `c${results.length}`, name: next, input: {} }] };
  return { text: JSON.stringify(results.at(-1)) };
});

async function opened(tools: readonly Tool[], options: Partial<ColonyOptions> = {}): Promise<Colony> {
  return await openColony({
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(() => ({ text: "Yes." })) },
    workers: { helper: defineWorker({ model: dutiful, tools }) },
    ...options,
  });
}

it("one worker's call is timed out, with the server that hangs in it, while another's goes on", async () => {
  const tools = await mcpTools({ s: server() });
  const clock = createManualClock();
  const colony = await opened(tools, { clock });
  const frozen = await colony.spawn("helper", { task: "s_freeze s_pid" });
  await until("the first call", () => journal().includes("freeze"));
  await clock.advance(30_000);
  const patient = await colony.spawn("helper", { task: "s_gate" });
  await until("the second call", () => journal().includes("gate"));
  expect(starts()).toBe(3);
  await clock.advance(31_000);
  const first = await frozen.report();
  expect(first?.status).toBe("success");
  expect(starts()).toBe(4);
  writeFileSync(`${journalFile}.open`, "");
  expect((await patient.report())?.summary).toContain("let through");
  await colony.close();
  expect(living(folder)).toEqual([]);
}, 40_000);

it("a server lives as long as the execution that calls it, and not longer", async () => {
  const tools = await mcpTools({ s: server() });
  const colony = await opened(tools);
  expect(living(folder)).toEqual([]);
  const worker = await colony.spawn("helper", { task: "s_pid s_pid s_pid" });
  expect((await worker.report())?.status).toBe("success");
  await until("the end of the server", () => living(folder).length === 0);
  expect(starts()).toBe(2);
  await colony.close();
});

it("a stop resolves when the worker's server is gone, too", async () => {
  const tools = await mcpTools({ s: server({ STUBBORN: "yes" }) });
  const colony = await opened(tools);
  const worker = await colony.spawn("helper", { task: "s_hang" });
  await until("the call", () => journal().includes("hang"));
  await worker.stop();
  expect(living(folder)).toEqual([]);
  expect(await worker.report()).toMatchObject({ status: "cancelled" });
  await colony.close();
}, 40_000);

it("a host that is killed takes its servers along at once; what was called once is not called again", async () => {
  const moduleOf = (name: string): string =>
    JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve(name)).href);
  const dir = join(folder, ".colony");
  const env = { STUBBORN: "yes", JOURNAL: journalFile };
  const program = `
    import { defineWorker, openColony } from ${moduleOf("@colony/runtime")};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    import { mcpTools } from ${JSON.stringify(new URL("mcp-server.ts", import.meta.url).href)};
    const tools = await mcpTools({ s: ${JSON.stringify({ ...server(), env })} });
    const model = createScriptedModel(() => ({ toolCalls: [{ id: "c0", name: "s_hang", input: {} }] }));
    const colony = await openColony({
      dir: ${JSON.stringify(dir)},
      overseer: { model },
      workers: { helper: defineWorker({ model, tools }) },
    });
    await colony.spawn("helper", { task: "s_hang" });
  `;
  const host = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
  await until("the call", () => journal().includes("hang"));
  expect(living(folder).length).toBeGreaterThan(1);
  host.kill("SIGKILL");
  await once(host, "exit");
  await until("the end of the servers", () => living(folder).length === 0);

  const tools = await mcpTools({ s: server() });
  const colony = await opened(tools, { dir });
  const worker = colony.agents().find(({ kind }) => kind === "worker");
  const report = await colony.agent(worker?.id ?? "").report();
  expect(report?.summary).toContain("unknown");
  expect(journal().match(/^hang$/gm)).toHaveLength(1);
  await colony.close();
}, 40_000);
