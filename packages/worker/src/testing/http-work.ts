import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Model, ModelRequest } from "@colony/core";
import { expect } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony } from "./test-colony.ts";
import { echo } from "./test-tools.ts";

/** How a worker is put to work with models behind HTTP. */
export interface HttpWork {
  /** The first one is asked, the others are fallen back on. */
  readonly models: readonly Model[];
  readonly timeouts?: { readonly firstTokenMs?: number; readonly idleMs?: number };
  /** How often servers were asked so far: while that grows, something happens in real time. */
  readonly asked: () => number;
}

/** Signals that models were asked with, so that a test can see what still listens to them. */
const SIGNALS = new WeakMap<TestColony, AbortSignal[]>();

/** One worker's work from its task to its report. Real time for the sockets; waits of the colony pass as soon as nothing else happens. */
export async function httpWorked({ models, asked, timeouts }: HttpWork): Promise<TestColony> {
  const signals: AbortSignal[] = [];
  const watched = (one: Model): Model => ({
    specificationVersion: one.specificationVersion,
    provider: one.provider,
    modelId: one.modelId,
    doStream: (request: ModelRequest) => {
      if (request.abortSignal !== undefined) signals.push(request.abortSignal);
      return one.doStream(request);
    },
  });
  const definition = defineWorker({
    models: models.map(watched),
    tools: [echo],
    ...(timeouts === undefined ? {} : { timeouts }),
  });
  const colony = await TestColony.open({ definition });
  SIGNALS.set(colony, signals);
  colony.listen();
  await colony.spawn();
  const work = { ended: false };
  const working = colony.work().finally(() => void (work.ended = true));
  while (!work.ended) {
    const before = asked();
    await Promise.race([working, realPause(20)]);
    if (asked() === before) await colony.clock.advance(1_000);
  }
  await working;
  return colony;
}

/** Waits in real time: sockets have no other. */
export async function realPause(ms: number): Promise<void> {
  await sleep(ms);
}

/** Sees that of all the model calls no timer, shared listener, running request or open socket is left. */
export async function expectNothingLeft(colony: TestColony, open: () => number): Promise<void> {
  for (let round = 0; round < 200 && open() > 0; round += 1) await realPause(10);
  expect(open()).toBe(0);
  const signals = SIGNALS.get(colony) ?? [];
  expect(signals.length).toBeGreaterThan(0);
  // Each call has a signal of its own, which goes with it; what `fetch` leaves on that goes with it too.
  expect(new Set(signals).size).toBe(signals.length);
  for (const signal of signals) expect(getEventListeners(signal, "abort").length).toBeLessThanOrEqual(1);
  // What a long answer had said so far is swept away a moment after its call.
  await colony.clock.advance(2_000);
  expect(colony.clock.pending()).toBe(0);
}
