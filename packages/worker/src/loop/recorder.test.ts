import { callId, type AgentCommand, type ColonyEvent } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony, WORKER } from "../testing/test-colony.ts";
import { CalledOff } from "./called-off.ts";
import { Recorder } from "./recorder.ts";

const start: AgentCommand = { type: "execution.start", host: "h" };
const say: AgentCommand = {
  type: "report.record",
  status: "success",
  summary: "Done.",
  data: {},
  artifacts: [],
};
const { signal } = new AbortController();

/** What a run records, one thing after the other. */
interface Records {
  record(commands: readonly AgentCommand[], signal: AbortSignal): Promise<readonly ColonyEvent[] | undefined>;
}

/** A colony with one worker, and recorders as runs of it have them. */
async function withRecorders(
  lifetime: "ephemeral" | "persistent",
): Promise<{ colony: TestColony; recorder: () => Records }> {
  const colony = await TestColony.open({
    definition: defineWorker({ model: createScriptedModel([]), lifetime }),
  });
  await colony.spawn();
  const deps = { ledger: colony.ledger, clock: colony.clock };
  const place = { deps, agentId: WORKER, calledOff: new CalledOff() };
  const recorder = (): Records => {
    let told = Promise.withResolvers<readonly ColonyEvent[] | undefined>();
    const recorder = new Recorder(
      place,
      { follow: () => [] },
      { onRecorded: (events) => told.resolve(events), onFault: (error) => told.reject(error) },
    );
    return {
      record(commands, until) {
        told = Promise.withResolvers();
        recorder.record(commands, until);
        return told.promise;
      },
    };
  };
  return { colony, recorder };
}

test("a run whose execution was taken over writes no more", async () => {
  const { colony, recorder } = await withRecorders("ephemeral");
  const old = recorder();
  await old.record([start], signal);
  await recorder().record([start], signal);
  expect(await old.record([say], signal)).toBeUndefined();
  expect(colony.of("REPORT_RECORDED")).toEqual([]);
});

test("a run whose execution has ended writes nothing into the next one", async () => {
  const { colony, recorder } = await withRecorders("persistent");
  const old = recorder();
  await old.record([start], signal);
  await colony.execute({ type: "execution.end", end: "failed", cause: "error", error: null });
  await colony.execute({ type: "execution.queue", correlationId: null });
  await recorder().record([start], signal);
  expect(await old.record([say], signal)).toBeUndefined();
  expect(colony.of("REPORT_RECORDED")).toEqual([]);
});

test("what a run has done is recorded also when a cancel came meanwhile, and what it would begin is not", async () => {
  const { colony, recorder } = await withRecorders("ephemeral");
  const one = recorder();
  await one.record([start], signal);
  await colony.cancel();
  const begin: AgentCommand = {
    type: "tool.start",
    calls: [{ callId: callId("c"), effect: "once", reconciled: true }],
  };
  expect((await one.record([say, begin], signal))?.map(({ type }) => type)).toEqual(["REPORT_RECORDED"]);
});

test("a refusal that nobody expects is a fault of ours", async () => {
  const { recorder } = await withRecorders("ephemeral");
  const one = recorder();
  await one.record([start], signal);
  const lost: AgentCommand = { type: "model.lose", callId: callId("none") };
  await expect(one.record([lost], signal)).rejects.toMatchObject({ code: "model_call.not_open" });
});
