import { EVENT_TYPES, type ColonyEvent } from "@colony/core";
import { createOfflineModel } from "@colony/offline";
import { defineWorker, openColony } from "@colony/runtime";
import { createWorkspace } from "@colony/workspace";
import { beforeAll, expect, it } from "vitest";
import { makePlace } from "../testing/command-line.ts";
import { EVENT_WORDS } from "./event-words.ts";
import { eventLine, wordsOf } from "./event-line.ts";
import { widthOf } from "./width.ts";

const events: ColonyEvent[] = [];

beforeAll(async () => {
  using place = makePlace();
  const model = createOfflineModel();
  const { tools } = await createWorkspace({ root: place.path });
  await using colony = await openColony({
    dir: "memory",
    overseer: { model, tools },
    workers: { worker: defineWorker({ model, tools }) },
  });
  await (await colony.inject("Survey this folder")).outcome();
  for await (const event of colony.feed({ until: colony.head() })) events.push(event);
});

const lineOf = (type: ColonyEvent["type"]): string => {
  const event = events.find((one) => one.type === type);
  if (event === undefined) throw new Error(`no ${type} happened`);
  return eventLine(event, { columns: 200 });
};

it("every type of event has words of its own", () => {
  expect(Object.keys(EVENT_WORDS).toSorted()).toEqual([...EVENT_TYPES].toSorted());
});

it("an event is one line that fits: time, seq, agent, type, words", () => {
  expect(events.length).toBeGreaterThan(50);
  for (const event of events) {
    const line = eventLine(event, { columns: 100 });
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +\d+ {2}\S+ +[A-Z_]+/u);
    expect(line).not.toContain("\n");
    expect(widthOf(line)).toBeLessThanOrEqual(100);
  }
});

it.each([
  ["COLONY_OPENED", /by process \d+, release \d/u],
  ["INPUT_RECEIVED", /chat from user \(queue\): Survey this folder/u],
  ["AGENT_SPAWNED", /the overseer/u],
  ["MODEL_CALL_STARTED", /offline\/rules$/u],
  ["MODEL_CALL_COMPLETED", /tokens, free, \d/u],
  ["TOOL_CALL_COMPLETED", /list_folder ok, .*: \{/u],
  ["SUBAGENT_REPORT", /success: /u],
  ["EXECUTION_COMPLETED", /turns?, \d+ tool calls?, /u],
] as const)("%s says what matters", (type, words) => {
  expect(lineOf(type)).toMatch(words);
});

it("what a worker wrote cannot break out of its line", () => {
  const event = events.find((one) => one.type === "SUBAGENT_REPORT");
  if (event?.type !== "SUBAGENT_REPORT") throw new Error("no report");
  const nasty: ColonyEvent = { ...event, data: { ...event.data, summary: "a\u001B[2J\nb" } };
  expect(wordsOf(nasty)).toBe("success: a b");
});

it("an execution that is taken up again is not said to have been cut off", () => {
  const words = (attempt: number): string => EVENT_WORDS.EXECUTION_STARTED({ attempt } as never);
  expect([words(1), words(3)]).toEqual(["", "attempt 3, going on"]);
});

it("a spawn that was refused says why, and what it was about", () => {
  const refused = {
    callId: "c",
    code: "spawn.too_deep",
    message: "too deep",
    definition: "coder",
    workers: 1,
  };
  const words = (more: object): string =>
    EVENT_WORDS.SPAWN_REFUSED({ ...refused, task: "dig\n deep", ...more } as never);
  expect(words({})).toBe("coder: too deep (dig deep)");
  expect(words({ definition: null })).toBe("a worker: too deep (dig deep)");
  expect(words({ workers: 3, task: "" })).toBe("3 workers: too deep");
});
