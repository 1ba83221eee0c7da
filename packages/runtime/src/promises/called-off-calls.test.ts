import { createGate } from "@colony/testkit";
import { expect, it } from "vitest";
import type { AgentHandle, Colony } from "../colony.ts";
import { Machine } from "../testing/machine.ts";

const NEVER = createGate().opened;

it.each<[string, (colony: Colony, worker: AgentHandle) => Promise<unknown>, string]>([
  ["a cancel", (_, worker) => worker.cancel({ reason: "enough" }), "the execution was cancelled (enough)"],
  [
    "a stop of all",
    (colony) => colony.stop({ reason: "home time" }),
    "the execution was cancelled (home time)",
  ],
])("a model call that makes way for %s says so", async (_what, end, why) => {
  await using machine = new Machine();
  const { colony } = await machine.start({ overseer: [], worker: [{ text: "So far", during: NEVER }] });
  const worker = await colony.spawn("helper", { task: "think" });
  await machine.settled();
  await Promise.all([end(colony, worker), machine.later(1_000)]);
  expect(await worker.report()).toMatchObject({ status: "cancelled" });
  expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([
    {
      data: {
        error: { code: "execution.cancelled", message: `the call was called off: ${why}` },
        retryable: false,
        supersededText: "So far",
        lost: true,
      },
    },
  ]);
});

it("a model call that goes beyond the time of its execution says so", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({
    overseer: [],
    worker: [{ text: "never", before: NEVER }],
    helper: { limits: { softWallMs: 5_000, hardWallMs: 6_000 } },
  });
  const worker = await colony.spawn("helper", { task: "think" });
  await machine.later(6_000);
  expect(await worker.report()).toMatchObject({ status: "timed_out" });
  const error = {
    code: "execution.failed",
    message: "the call was called off: the execution has used up its time",
  };
  expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { error, retryable: false } }]);
});

it("only a model call that makes way for an input speaks of something that came in", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({
    overseer: (_request, index) => (index === 0 ? { text: "never", before: NEVER } : { text: "Yes." }),
  });
  await colony.inject("think");
  await machine.settled();
  expect(await (await colony.inject("no, this", { mode: "interrupt" })).reply()).toBe("Yes.");
  const message = "the call was called off: something that came in goes before it";
  expect(await machine.of("MODEL_CALL_FAILED")).toMatchObject([
    { data: { error: { code: "wait.aborted", message }, lost: true } },
  ]);
});
