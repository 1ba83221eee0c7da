import { SILENT_LOGGER, isEnded, type ColonyEvent } from "@colony/core";
import {
  checkPromises,
  createManualClock,
  createScriptedModel,
  createSequenceIds,
  type ModelScript,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import { calls, heard, newest, results, spawns } from "./testing/said.ts";

const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await colony.close();
});

async function open(worker: ModelScript, { concurrency = 4 } = {}) {
  const colony = await openColony({
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
    logger: SILENT_LOGGER,
    overseer: {
      model: createScriptedModel((request) =>
        newest(request) === "Go." ? spawns("parent") : { text: newest(request) },
      ),
    },
    workers: { helper: defineWorker({ model: createScriptedModel(worker) }) },
    limits: { shutdownGraceMs: 0, concurrency, maxDepth: 2 },
  });
  opened.push(colony);
  const events = async (): Promise<readonly ColonyEvent[]> => {
    const all: ColonyEvent[] = [];
    for await (const event of colony.feed({ until: colony.head() })) all.push(event);
    return all;
  };
  return { colony, events };
}

/** Whether the request comes from the worker with that task. */
const is = (request: Parameters<typeof heard>[0], task: string): boolean => heard(request)[0] === task;

const order = (events: readonly ColonyEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === "SUBAGENT_REPORT" ? [event.data.name ?? ""] : []));

describe("a worker that has workers of its own", () => {
  it("ends when they have reported, and has heard their reports; it holds no place meanwhile", async () => {
    const { colony, events } = await open(
      (request) => {
        if (!is(request, "parent")) return { text: "found it" };
        return results(request).length === 0 ? spawns("one", "two") : { text: `heard: ${newest(request)}` };
      },
      { concurrency: 1 },
    );
    const reply = await (await colony.inject("Go.")).reply();
    expect(reply.match(/found it/gu)?.length).toBeGreaterThanOrEqual(2);
    expect(order(await events())).toEqual(["one", "two", "parent"]);
  });

  it("does not end before them because it has reported already, and may report anew", async () => {
    const report = (summary: string) => calls(["report_to_parent", { status: "success", summary }]);
    const { colony, events } = await open((request) => {
      if (!is(request, "parent")) return { text: "late news" };
      if (results(request).length === 0) return spawns("one");
      return report(newest(request).includes("late news") ? "with the news" : "too early");
    });
    await (await colony.inject("Go.")).reply();
    expect(order(await events())).toEqual(["one", "parent"]);
    expect((await colony.agent("parent").report())?.summary).toBe("with the news");
  });

  it("lends its place to those it waits for in a tool call, so that one place is enough for all", async () => {
    const { colony, events } = await open(
      (request) => {
        if (!is(request, "parent")) return { text: "found it" };
        const done = results(request).length;
        if (done === 0) return spawns("one", "two");
        if (done === 1) return calls(["wait_for_reports", { workers: ["one", "two"] }]);
        return { text: results(request).at(-1) ?? "" };
      },
      { concurrency: 1 },
    );
    await (await colony.inject("Go.")).reply();
    expect(order(await events())).toEqual(["one", "two", "parent"]);
  });

  it("takes them along when it is cancelled: nothing below it goes on, and each reports once", async () => {
    const never = new Promise<never>(() => undefined);
    const { colony, events } = await open((request) => {
      if (!is(request, "parent")) return { text: "never", before: never };
      return results(request).length === 0 ? spawns("one", "two") : { text: "waiting" };
    });
    await colony.inject("Go.");
    await colony.waitFor({ types: ["EXECUTION_PAUSED"] });
    await colony.agent("parent").cancel({ reason: "enough" });
    await colony.idle();
    const below = colony.agents().filter(({ depth }) => depth === 2);
    expect(below.map(({ status, execution }) => [status, execution?.status])).toEqual([
      ["closed", "cancelled"],
      ["closed", "cancelled"],
    ]);
    const all = await events();
    expect(order(all).toSorted()).toEqual(["one", "parent", "two"]);
    expect(checkPromises(all)).toEqual([]);
    expect(colony.agent("parent").record.pendingInputs).toBe(0);
  });

  it("is woken by a question of one of them while it waits for their reports in a tool call", async () => {
    const { colony } = await open((request) => {
      if (!is(request, "parent"))
        return results(request).length === 0
          ? calls(["escalate", { questions: [{ question: "Which port?" }] }])
          : { text: results(request).join() };
      if (newest(request).includes("worker_question"))
        return calls(["answer_worker", { worker: "one", answers: [{ id: "q1", answer: "8080" }] }]);
      const done = results(request).length;
      if (done === 0) return spawns("one");
      return done === 1 ? calls(["wait_for_reports", { workers: ["one"] }]) : { text: newest(request) };
    });
    const reply = await (await colony.inject("Go.")).reply();
    expect(reply).toContain("8080");
    expect(colony.agents().every(({ execution }) => execution === null || isEnded(execution.status))).toBe(
      true,
    );
  });
});
