import { vi } from "vitest";

/** Rounds in which everything that waits for nothing but its turn comes to its end. */
const ROUNDS = 4;
const TURNS = 15;

/**
 * Lets everything run that waits for no time to go by: turns of the event loop, and between them what is late
 * on a busy machine, the threads on which bodies are hashed and parts of the program that are loaded when they are needed.
 */
export async function settled(): Promise<void> {
  for (let rounds = 0; rounds < ROUNDS; rounds += 1) {
    for (let turns = 0; turns < TURNS; turns += 1) await turn();
    await vi.dynamicImportSettled();
    await crypto.subtle.digest("SHA-256", NOTHING);
  }
}

/** The next turn of the event loop. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

const NOTHING = new Uint8Array();
