import type { ModelRequest } from "@colony/core";
import { checkPromises, createGate } from "@colony/testkit";
import { expect, it } from "vitest";
import { Machine } from "../testing/machine.ts";
import { calls } from "../testing/said.ts";

const NEVER = createGate().opened;

const system = ({ prompt }: ModelRequest): string =>
  prompt.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n");

/** A worker and an overseer whose process dies in their first model call. */
async function cut(machine: Machine, instructions: string | undefined) {
  const options = instructions === undefined ? {} : { instructions };
  const { colony, life } = await machine.start({
    overseer: () => ({ text: "never", before: NEVER }),
    overseerOptions: options,
    worker: () => ({ text: "never", before: NEVER }),
    helper: options,
  });
  const known = colony.agents().some(({ name }) => name === "Tom");
  if (!known) await colony.spawn("helper", { task: "t", name: "Tom" });
  await colony.inject("hello", { idempotencyKey: "1" });
  await machine.settled();
  life.kill();
}

it.each([
  ["other instructions", "Be kind.", "Be harsh."],
  ["instructions for the first time", undefined, "Be harsh."],
  ["no instructions any more", "Be kind.", undefined],
])(
  "an execution is told to its end what it was told at its start, although the next process has %s",
  async (_what, before, after) => {
    await using machine = new Machine();
    await cut(machine, before);
    // One process more, with the new ones, which dies as well: it is the start that counts, not the last host.
    await cut(machine, after);
    const options = after === undefined ? {} : { instructions: after };
    const { colony, overseer, worker } = await machine.start({
      overseer: (request) => ({ text: system(request) }),
      overseerOptions: options,
      worker: (request) => ({ text: system(request) }),
      helper: options,
    });
    const telling = (text: string | undefined): RegExp =>
      text === undefined ? /^(?![\s\S]*Be )/ : new RegExp(text);
    expect(await (await colony.inject("hello", { idempotencyKey: "1" })).reply()).toMatch(telling(before));
    expect((await colony.agent("Tom").report())?.summary).toMatch(telling(before));
    expect(await (await colony.inject("and now?")).reply()).toMatch(telling(after));
    const fresh = await colony.spawn("helper", { task: "t" });
    expect((await fresh.report())?.summary).toMatch(telling(after));
    expect([overseer.requests.length, worker.requests.length]).toEqual([2, 2]);
    expect(checkPromises(await machine.events())).toEqual([]);
  },
);

it("the same instructions again are told without a look into the log, and stored once", async () => {
  await using machine = new Machine();
  await cut(machine, "Be kind.");
  const { colony } = await machine.start({
    overseer: (request) => ({ text: system(request) }),
    overseerOptions: { instructions: "Be kind." },
    worker: [],
  });
  expect(await (await colony.inject("hello", { idempotencyKey: "1" })).reply()).toContain("Be kind.");
  const [first, second] = await machine.of("COLONY_OPENED");
  expect(first?.data.instructions).toMatchObject(second?.data.instructions ?? {});
});

it("instructions that cannot be found any more are those of now, which is better than no answer", async () => {
  await using machine = new Machine();
  await cut(machine, "Be kind.");
  const lost = machine.ground.blobs;
  Object.assign(machine.ground, { blobs: { ...lost, get: () => Promise.reject(new Error("it is gone")) } });
  const { colony } = await machine.start({
    overseer: (request) => ({ text: system(request) }),
    overseerOptions: { instructions: "Be harsh." },
    worker: [],
  });
  expect(await (await colony.inject("hello", { idempotencyKey: "1" })).reply()).toContain("Be harsh.");
});

it("limits are those that an agent was spawned with, whatever its definition says later", async () => {
  await using machine = new Machine();
  const start = (iterations: number) =>
    machine.start({
      overseer: [],
      worker: (_request, index) =>
        iterations === 5 ? { text: "never", before: NEVER } : calls(["nothing_there", { index }]),
      helper: { limits: { iterations } },
    });
  const { colony, life } = await start(5);
  const { id } = await colony.spawn("helper", { task: "t" });
  await machine.settled();
  life.kill();
  const next = await start(50);
  await machine.settled();
  expect(next.colony.agent(id).record.execution?.turns).toBeLessThan(10);
  expect(await next.colony.agent(id).report()).toMatchObject({ status: "partial" });
});
