import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EventType } from "@colony/core";
import { openColony, openColonyReader } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { runCommandLine } from "./command-line.ts";
import { openClosingTerminal } from "./testing/closing-terminal.ts";
import { colony, makePlace, start, type Started } from "./testing/command-line.ts";

/** Pays once, in a second. */
const PAYING = ["--file", fileURLToPath(import.meta.resolve("./testing/paying-colony.ts"))];

/** The end of the log of a colony in which nothing is in doubt. */
const IN_GOOD_ORDER = /TOOL_CALL_COMPLETED\nCOLONY_CLOSED\n$/u;

it.each(["run", "chat"] as const)(
  "%s whose window is closed lets what runs finish, and closes",
  async (command) => {
    using place = makePlace();
    const argv = command === "run" ? ["run", "go", ...PAYING] : ["chat", ...PAYING];
    const terminal = openClosingTerminal(argv, place.path);
    const ended = runCommandLine(terminal.io);
    if (command === "chat") {
      await terminal.shows("› ");
      terminal.type("go\r");
    }
    await paying(place.path);
    terminal.close();
    if (command === "run") {
      // What is written next is talk. A hang-up is what ends a process then; the second one comes from its shell.
      process.emit("SIGHUP", "SIGHUP");
      process.emit("SIGHUP", "SIGHUP");
    }
    expect(await ended).toBe(0);
    expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
  },
  60_000,
);

it.each([
  ["run", ["run", "go"]],
  ["chat", ["chat"]],
  ["host", ["host"]],
] as const)(
  "%s that is hung up twice at once lets what runs finish, and closes",
  async (_name, argv) => {
    using place = makePlace();
    const host = await begun(argv, place.path);
    host.child.kill("SIGHUP");
    await host.said("finishing what runs");
    host.child.kill("SIGHUP");
    expect((await host.ended).code).toBe(0);
    expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
  },
  60_000,
);

it("run goes on where nobody hears its talk", async () => {
  using place = makePlace();
  const run = start(["run", "go", ...PAYING], { cwd: place.path });
  run.child.stderr?.destroy();
  expect(await run.ended).toMatchObject({ code: 0, stdout: "It is paid.\n" });
  expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
}, 60_000);

it("run whose answer nobody reads has done its work, closes, and says so by its exit code", async () => {
  using place = makePlace();
  const run = start(["run", "go", ...PAYING], { cwd: place.path });
  run.child.stdout?.destroy();
  const { code, stderr } = await run.ended;
  expect(code).toBe(141);
  expect(stderr).toContain("nobody reads standard output any more: closing\n");
  expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
}, 60_000);

it("a chat whose answers nobody reads takes nothing more, and closes", async () => {
  using place = makePlace();
  const chat = start(["chat", ...PAYING], { cwd: place.path, stdin: "open" });
  chat.child.stdin?.write("go\n");
  chat.child.stdout?.destroy();
  expect((await chat.ended).code).toBe(141);
  expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
}, 60_000);

it("host goes on where nobody reads or hears it, and closes when it is asked to", async () => {
  using place = makePlace();
  const host = await begun(["host"], place.path, "closed");
  await until(async () => (await ends(place.path)).includes("TOOL_CALL_COMPLETED"));
  const waited = await colony(["inject", "go", "--wait"], { cwd: place.path });
  expect(waited).toMatchObject({ code: 0, stdout: "It is paid.\n" });
  host.child.kill("SIGTERM");
  expect((await host.ended).code).toBe(0);
  expect(await ends(place.path)).toMatch(IN_GOOD_ORDER);
}, 60_000);

it("a log whose reader has left ends quietly, with 0", async () => {
  using place = makePlace();
  const overseer = { model: createScriptedModel([]) };
  await using held = await openColony({ dir: join(place.path, ".colony"), overseer });
  expect(held.state.blocks).toEqual([]);
  for (const argv of [["log"], ["log", "--follow"]]) {
    const log = start(argv, { cwd: place.path });
    log.child.stdout?.destroy();
    expect(await log.ended).toMatchObject({ code: 0, stderr: "" });
  }
}, 60_000);

it("what is read slowly is told to its end all the same", async () => {
  using place = makePlace();
  const mistakes = Array.from({ length: 6_000 }, (_, index) => `unknown_${index}: 1\n`);
  place.write("colony.yaml", mistakes.join(""));
  const run = start(["run", "go"], { cwd: place.path });
  run.child.stderr?.pause();
  await sleep(1_000);
  run.child.stderr?.resume();
  const { code, stderr } = await run.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/colony\.yaml:6000:1: unknown_5999 is no key .*\n$/u);
}, 60_000);

/** A colony that has begun to pay. */
async function begun(
  argv: readonly string[],
  cwd: string,
  outputs: "read" | "closed" = "read",
): Promise<Started> {
  const host = start([...argv, ...PAYING], { cwd, stdin: "open" });
  if (argv[0] === "chat") host.child.stdin?.write("go\n");
  if (argv[0] === "host") {
    await host.said("hosting");
    if (outputs === "closed") {
      host.child.stdout?.destroy();
      host.child.stderr?.destroy();
    }
    await colony(["inject", "go"], { cwd });
  }
  await paying(cwd);
  return host;
}

/** Resolves once it has begun. */
async function paying(cwd: string): Promise<void> {
  await until(async () => (await types(cwd, ["TOOL_CALL_STARTED"])) !== "");
}

/** The types of the events that tell of it, oldest first, one a line. */
async function ends(cwd: string): Promise<string> {
  return await types(cwd, ["TOOL_CALL_COMPLETED", "TOOL_OUTCOME_UNKNOWN", "COLONY_OPENED", "COLONY_CLOSED"]);
}

async function types(cwd: string, wanted: readonly EventType[]): Promise<string> {
  const dir = join(cwd, ".colony");
  if (!existsSync(join(dir, "colony.head"))) return "";
  await using reader = await openColonyReader({ dir });
  let found = "";
  for await (const { type } of reader.feed({ until: reader.head(), query: { types: wanted } }))
    found += `${type}\n`;
  return found;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
