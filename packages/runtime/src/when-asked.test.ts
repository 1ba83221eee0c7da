import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-loading-"));
});
afterEach(() => rm(root, { recursive: true }));

const FACE = JSON.stringify(new URL("index.ts", import.meta.url).href);

/** What a process of its own has loaded when it says so. */
async function loadedBy(lines: string): Promise<{ readonly of: (path: string) => number }> {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const runtime = await import(${FACE});
    const dir = ${JSON.stringify(join(root, ".colony"))};
    const model = { specificationVersion: "v4", provider: "test", modelId: "silent",
      doStream: () => Promise.reject(new Error("nobody asks this model")) };
    const tell = () => console.log(JSON.stringify(loaded));
    ${lines}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  const loaded = JSON.parse(stdout) as readonly string[];
  return { of: (path) => loaded.filter((url) => url.includes(path)).length };
}

const OPEN = "const colony = await runtime.openColony({ dir, overseer: { model } });";

/** Nothing of it is needed to open a plain colony. */
const LATER = [
  "runtime/src/reader.ts",
  "runtime/src/open-sender.ts",
  "runtime/src/folder-budget.ts",
  "runtime/src/retention-folder.ts",
  "runtime/src/retention-pruning.ts",
  "runtime/src/seed-source.ts",
  "runtime/src/conversation/read-seed.ts",
  "runtime/src/conversation/export-parts.ts",
  "runtime/src/letters/letter-doing.ts",
  "runtime/src/notify/notifying.ts",
  "runtime/src/triggers/set-trigger.ts",
  "storage-sqlite/src/open-sqlite-sender.ts",
  "overseer/src/delegation/delegation-tools.ts",
  "overseer/src/triggers/trigger-options.ts",
  "overseer/src/triggers/plan-firing.ts",
  "overseer/src/triggers/send-firings.ts",
  "overseer/src/triggers/fire-now.ts",
  "worker/src/loop/run.ts",
  "worker/src/model/ask-model.ts",
  "/node_modules/croner/",
  "/node_modules/mitt/",
  "/node_modules/pino/",
];

it("a plain colony is open before anything is loaded that an opening does not need", async () => {
  const loaded = await loadedBy(`${OPEN} tell(); await colony.close();`);
  expect(loaded.of("runtime/src/open-colony.ts")).toBe(1);
  expect(LATER.filter((path) => loaded.of(path) > 0)).toEqual([]);
}, 60_000);

it("what runs agents is loaded right behind the opening, by itself", async () => {
  const loaded = await loadedBy(`${OPEN}
    const { setImmediate: turn } = await import("node:timers/promises");
    while (!loaded.some((url) => url.includes("worker/src/loop/run.ts"))) await turn();
    tell(); await colony.close();`);
  expect(loaded.of("worker/src/model/ask-model.ts")).toBe(1);
}, 60_000);

it("an input that is sent before is accepted at once, and worked on when it is there", async () => {
  const loaded = await loadedBy(`${OPEN}
    const receipt = await colony.inject("hello");
    loaded.push("accepted");
    await colony.waitFor({ types: ["MODEL_CALL_STARTED"], agentId: receipt.agentId }, { after: receipt.seq });
    tell(); await colony.close();`);
  expect(loaded.of("worker/src/loop/run.ts")).toBe(1);
  expect(loaded.of("accepted")).toBe(1);
}, 60_000);

it("who only looks into a folder loads nothing of what runs agents", async () => {
  await loadedBy(`${OPEN} tell(); await colony.close();`);
  const loaded = await loadedBy(`
    const reader = await runtime.openColonyReader({ dir });
    tell(); await reader.close();`);
  expect(loaded.of("runtime/src/reader.ts")).toBe(1);
  const others = ["runtime/src/open-colony.ts", "runtime/src/open-sender.ts", "worker/src/loop/run.ts"];
  expect(others.filter((path) => loaded.of(path) > 0)).toEqual([]);
}, 60_000);
