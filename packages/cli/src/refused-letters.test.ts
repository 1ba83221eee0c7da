import { resolve } from "node:path";
import { expect, it } from "vitest";
import { runCommandLine } from "./command-line.ts";
import { openClosingTerminal } from "./testing/closing-terminal.ts";
import { makePlace } from "./testing/command-line.ts";
import { inProcess } from "./testing/in-process.ts";

/** Wants an approval when it is told to pay. */
const ASKING = ["--file", resolve(import.meta.dirname, "testing/asking-colony.ts")];

const REFUSED =
  /^! what was sent from elsewhere was refused: call "c1" of agent "overseer" does not wait for this$/mu;

/** A stop and an approval are kept for whoever opens it next: once everything is stopped, nothing waits for the approval. */
async function withKeptWords(cwd: string): Promise<void> {
  expect((await inProcess(["run", "pay", ...ASKING], { cwd })).code).toBe(3);
  for (const argv of [["stop"], ["approve", "1"]])
    expect((await inProcess(argv, { cwd })).stdout).toMatch(/^kept: /u);
}

it("what was kept and is refused at the opening is told by whoever opens the colony, once", async () => {
  using place = makePlace();
  await withKeptWords(place.path);
  const { stderr } = await inProcess(["run", "hello", ...ASKING], { cwd: place.path });
  expect(stderr).toMatch(REFUSED);
  expect(stderr.match(/was refused/gu)).toHaveLength(1);
  expect((await inProcess(["run", "hello", ...ASKING], { cwd: place.path })).stderr).not.toContain(
    "was refused",
  );
}, 60_000);

it("a chat on a terminal tells it too", async () => {
  using place = makePlace();
  await withKeptWords(place.path);
  const terminal = openClosingTerminal(["chat", "--no-color", ...ASKING], place.path);
  const ended = runCommandLine(terminal.io);
  await terminal.shows("what was sent from elsewhere was refused");
  terminal.type("/quit\r");
  expect(await ended).toBe(0);
}, 60_000);
