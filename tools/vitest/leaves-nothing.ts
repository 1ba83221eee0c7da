import { afterAll, expect } from "vitest";

/** Turns of the event loop in which what the tests of a file have set going may come to its end. */
const TURNS = 1_000;

// Files share a process: a loop that one of them leaves turning slows down each that follows, and nothing would tell why.
afterAll(async () => {
  for (let turns = 0; turns < TURNS && loops() > 0; turns += 1) await turn();
  expect(loops(), "loops by setImmediate that this file leaves turning").toBe(0);
});

function loops(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Immediate").length;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
}
