import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-loading-"));
});
afterEach(() => rm(root, { recursive: true }));

const FACE = JSON.stringify(new URL("index.ts", import.meta.url).href);

/**
 * What a process of its own tells: each of these programs tells one value. `loaded` are the files that it has loaded so far; one
 * whose name has `gone` in it is not there.
 */
async function toldBy(
  lines: string,
  { gone = "nothing" }: { readonly gone?: string } = {},
): Promise<unknown> {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) {
      if (url.includes(${JSON.stringify(gone)})) throw new Error("the file is gone");
      loaded.push(url);
      return next(url, context);
    } });
    const runtime = await import(${FACE});
    const dir = ${JSON.stringify(join(root, ".colony"))};
    const model = { specificationVersion: "v4", provider: "test", modelId: "silent",
      doStream: () => Promise.reject(new Error("nobody asks this model")) };
    const types = async () => {
      const found = [];
      for await (const { type } of colony.feed({ until: colony.head() })) found.push(type);
      return found;
    };
    const tell = (value) => console.log(JSON.stringify(value));
    ${lines}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

const OPEN = `const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
  const colony = await runtime.openColony({ dir, logger, overseer: { model } });`;

const partsIn = (told: unknown, parts: readonly string[]): readonly string[] =>
  parts.filter((part) => (told as readonly string[]).some((url) => url.includes(part)));

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
  "runtime/src/adapters/gated-child.ts",
  "runtime/src/adapters/model-fetch/fetch-answer.ts",
  "storage-sqlite/src/open-sqlite-sender.ts",
  "overseer/src/delegation/delegation-tools.ts",
  "overseer/src/triggers/trigger-options.ts",
  "overseer/src/triggers/plan-firing.ts",
  "overseer/src/triggers/send-firings.ts",
  "overseer/src/triggers/fire-now.ts",
  "/node_modules/croner/",
  "/node_modules/pino/",
];

describe("what is loaded", { timeout: 60_000 }, () => {
  it("a plain colony is open before anything is loaded that an opening does not need", async () => {
    const told = await toldBy(`${OPEN} tell(loaded); await colony.close();`);
    expect(partsIn(told, ["runtime/src/open-colony.ts"])).toHaveLength(1);
    expect(partsIn(told, LATER)).toEqual([]);
  });

  it("who only looks into a folder loads nothing of what opens one", async () => {
    await toldBy(`${OPEN} tell(loaded); await colony.close();`);
    const told = await toldBy(`
      const reader = await runtime.openColonyReader({ dir });
      tell(loaded); await reader.close();`);
    expect(partsIn(told, ["runtime/src/reader.ts"])).toHaveLength(1);
    const others = ["runtime/src/open-colony.ts", "runtime/src/open-sender.ts"];
    expect(partsIn(told, others)).toEqual([]);
  });
});

describe("a part that is gone, as after an upgrade beneath a running process,", { timeout: 60_000 }, () => {
  it("is told of by the call that needs it", async () => {
    const told = await toldBy(`tell(await runtime.openColonyReader({ dir }).catch(({ code }) => code));`, {
      gone: "runtime/src/reader.ts",
    });
    expect(told).toBe("install.incomplete");
  });

  it("leaves a letter to the next host, who does it once", async () => {
    await toldBy(`${OPEN} tell(0); await colony.close();
      const sender = await runtime.openColonySender({ dir });
      await sender.inject("left"); await sender.close();`);
    const without = await toldBy(`${OPEN} tell(await types()); await colony.close();`, {
      gone: "letters/letter-doing.ts",
    });
    expect(without).not.toContain("INPUT_RECEIVED");
    expect(without).not.toContain("LETTER_REFUSED");
    const whole = await toldBy(`${OPEN} tell(await types()); await colony.close();`);
    expect((whole as readonly string[]).filter((type) => type === "INPUT_RECEIVED")).toHaveLength(1);
  });
});
