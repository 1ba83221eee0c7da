import type { ColonyEvent } from "@colony/core";
import { expect, it } from "vitest";
import { givenAgent } from "../histories/given-agent.ts";
import { checkReplay } from "./check-replay.ts";

const history = () =>
  givenAgent()
    .started()
    .asked()
    .answered("", [{ id: "a" }])
    .toolStarted("a", "once")
    .toolDone("a");

/** The log with one of its events once more at its end. */
function again(events: readonly ColonyEvent[], type: ColonyEvent["type"]): readonly ColonyEvent[] {
  const event = events.find((other) => other.type === type);
  const last = events.at(-1);
  if (event === undefined || last === undefined) throw new Error(`there is no ${type}`);
  return [...events, { ...event, seq: last.seq + 1, version: last.version + 1 }];
}

it("finds nothing in a log in which nothing was done twice", () => {
  const { events } = history();
  expect(checkReplay(events, [events.at(-1)?.seq ?? 0])).toEqual([]);
});

it.each<[ColonyEvent["type"], string]>([
  ["TOOL_CALL_STARTED", "is to await_tools: a has an outcome"],
  ["MODEL_CALL_STARTED", "is to await_model: w-1.1.m1 has an outcome"],
])("says so where %s makes the next step something that has an outcome", (type, problem) => {
  const events = again(history().events, type);
  expect(checkReplay(events, [events.at(-1)?.seq ?? 0]).join()).toContain(problem);
});
