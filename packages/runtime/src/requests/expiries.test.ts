import { ColonyError, type EventLog } from "@colony/core";
import { Life, createMemoryGround, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { openColony } from "../open-colony.ts";
import { Machine } from "../testing/machine.ts";
import { calls, heard, results } from "../testing/said.ts";

const SECOND = 1_000;

/** Asks for as many seconds as its task says. */
const asking = {
  overseer: [],
  worker: (request: Parameters<typeof heard>[0]) => {
    if (results(request).length > 0) return { text: "done" };
    const question = { question: "May I?", default: "yes" };
    return calls(["escalate", { timeoutSeconds: Number(heard(request)[0]), questions: [question] }]);
  },
};

it("each question expires at its own time, in whatever order they were asked", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start(asking);
  const asked = machine.ground.clock.now();
  for (const task of ["90", "60", "120"]) {
    await colony.spawn("helper", { task });
    await machine.settled();
  }
  await machine.later(200 * SECOND);
  const answered = await machine.of("QUESTION_ANSWERED");
  expect(answered.map(({ at, data }) => [at, data.by])).toEqual(
    [60, 90, 120].map((seconds) => [asked + seconds * SECOND, "expiry"]),
  );
});

it("a question that an earlier process has asked expires at its time, or at once where that is over", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start(asking);
  for (const task of ["60", "120"]) await colony.spawn("helper", { task });
  await machine.settled();
  await machine.close();
  await machine.ground.clock.advance(90 * SECOND);
  await machine.start(asking);
  await machine.later(0);
  expect(await machine.of("QUESTION_ANSWERED")).toHaveLength(1);
  await machine.later(30 * SECOND);
  expect(await machine.of("QUESTION_ANSWERED")).toHaveLength(2);
});

it("a question that has expired while the log refuses everything is answered once it does not", async () => {
  const ground = createMemoryGround();
  const life = new Life(ground);
  const { log, snapshots, blobs } = life;
  let refuses = false;
  const append: EventLog["append"] = async (given) => {
    if (refuses) throw new ColonyError("log.write_failed", "the disk is full");
    return await log.append(given);
  };
  const model = life.model(createScriptedModel(asking.worker));
  await using colony = await openColony({
    ...life.options,
    store: { snapshots, blobs, log: { ...log, append } },
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
  const worker = await colony.spawn("helper", { task: "60" });
  await colony.idle();
  refuses = true;
  await ground.clock.advance(65 * SECOND);
  expect(colony.pending()).toHaveLength(1);
  refuses = false;
  await ground.clock.advance(2 * SECOND);
  expect(await worker.report()).toMatchObject({ status: "success", summary: "done" });
});
