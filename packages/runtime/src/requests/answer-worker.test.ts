import { SILENT_LOGGER } from "@colony/core";
import { createScriptedModel, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, newest, results, spawns } from "../testing/said.ts";

const asks: ModelScript = (request) =>
  results(request).length > 0
    ? { text: "done" }
    : calls(
        ["escalate", { questions: [{ question: "Which port?" }] }],
        ["escalate", { questions: [{ question: "Which host?" }] }],
      );

/** A colony whose overseer answers worker `a` in that way when it is told to, or is asked. */
const open = (answer: object): Promise<Colony> =>
  openColony({
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: {
      model: createScriptedModel((request) => {
        const said = newest(request);
        if (said === "Spawn.") return spawns("a");
        if (request.prompt.at(-1)?.role === "tool") return { text: results(request).at(-1) ?? "" };
        return said === "Answer." || said.includes("worker_question")
          ? calls(["answer_worker", { worker: "a", ...answer }])
          : { text: "waiting" };
      }),
    },
    workers: { helper: defineWorker({ model: createScriptedModel(asks) }) },
  });

const answers = [{ id: "q1", answer: "8080" }];

it("an agent answers that call of its worker which it names", async () => {
  await using colony = await open({ call: "c1", answers });
  await colony.inject("Spawn.");
  await colony.idle();
  expect(colony.pending().map(({ callId }) => callId)).toEqual(["c0"]);
});

it("an agent is asked which call it means where its worker asks in several", async () => {
  await using colony = await open({ answers });
  await colony.inject("Spawn.");
  await colony.idle();
  expect(colony.pending()).toHaveLength(2);
  expect(await (await colony.inject("Answer.")).outcome()).toMatchObject({
    text: expect.stringContaining("asks in several calls; say which: c0, c1") as unknown,
  });
});

it("an agent answers nobody but those below it", async () => {
  await using colony = await open({ call: "c1", answers });
  await colony.spawn("helper", { task: "Serve.", name: "a" });
  await colony.idle();
  expect(await (await colony.inject("Answer.")).outcome()).toMatchObject({
    text: expect.stringContaining("you have no worker") as unknown,
  });
  expect(colony.pending()).toHaveLength(2);
});
