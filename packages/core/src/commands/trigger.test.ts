import { describe, expect, it } from "vitest";
import type { EventData } from "../events/catalogue.ts";
import type { NewEvent } from "../events/envelope.ts";
import { COLONY_STREAM, agentId, colonyId, inputId, triggerId } from "../ids.ts";
import { NEW_COLONY, evolveColony, type ColonyState } from "../state/colony.ts";
import type { ColonyCommand } from "./command.ts";
import { decideColony } from "./decide-colony.ts";
import { isRefusal } from "./decision.ts";

const id = triggerId("tick");
const tick: EventData<"TRIGGER_SET"> = {
  triggerId: id,
  schedule: { kind: "interval", everyMs: 1_000, anchor: 0 },
  agentId: agentId("overseer"),
  text: "go",
  mode: "queue",
  missed: "once",
  nextAt: 1_000,
};
const set = { type: "trigger.set", ...tick } as const;
const fired = (dueAt: number, nextAt: number | null) =>
  ({
    type: "TRIGGER_FIRED",
    triggerId: id,
    agentId: agentId("overseer"),
    inputId: inputId(`i-${dueAt}`),
    dueAt,
    nextAt,
  }) as const;

/** The colony after some commands, each of which has to be taken. */
function after(commands: readonly ColonyCommand[], from: ColonyState = NEW_COLONY): ColonyState {
  let state = from;
  for (const command of commands)
    for (const event of taken(state, command)) {
      const place = { agentId: COLONY_STREAM, colonyId: colonyId("c"), version: state.version + 1, at: 5 };
      state = evolveColony(state, [{ ...event, ...place }]);
    }
  return state;
}

function taken(state: ColonyState, command: ColonyCommand): readonly NewEvent[] {
  const decision = decideColony(state, command);
  if (isRefusal(decision)) throw new Error(`${decision.code}: ${decision.message}`);
  return decision;
}

describe("a trigger", () => {
  it("is set, and the same once more is nothing new, whenever it comes due next", () => {
    const state = after([set]);
    expect(state.triggers?.["tick"]).toEqual({
      id,
      schedule: tick.schedule,
      agentId: "overseer",
      text: "go",
      mode: "queue",
      missed: "once",
      version: 1,
      setAt: 5,
      nextAt: 1_000,
      fired: 0,
      missedCount: 0,
      last: null,
      failed: null,
    });
    expect(taken(state, { ...set, nextAt: 9_000 })).toEqual([]);
  });

  it("is not another one of its id, unless that is to replace it: then it begins anew", () => {
    const state = after([set, { type: "trigger.settle", outcomes: [fired(1_000, 2_000)] }]);
    const other = { ...set, text: "stop" };
    expect(decideColony(state, other)).toMatchObject({ code: "trigger.exists" });
    expect(after([{ ...other, replace: true }], state).triggers?.["tick"]).toMatchObject({
      text: "stop",
      fired: 0,
      last: null,
      version: 3,
    });
  });

  it("that has fired knows its newest input, and is not told of it twice", () => {
    const settle = { type: "trigger.settle", outcomes: [fired(1_000, 2_000)] } as const;
    const state = after([set, settle]);
    expect(state.triggers?.["tick"]).toMatchObject({
      fired: 1,
      nextAt: 2_000,
      last: { inputId: "i-1000", dueAt: 1_000, at: 5 },
    });
    expect(taken(state, settle)).toEqual([]);
    const besides = { ...fired(1_500, null), nextAt: undefined };
    expect(after([{ type: "trigger.settle", outcomes: [besides] }], state).triggers?.["tick"]).toMatchObject({
      fired: 2,
      nextAt: 2_000,
    });
  });

  it("that has missed, and that has failed, says so, and fires again", () => {
    const about = { triggerId: id, agentId: agentId("overseer"), dueAt: 3_000 };
    const missed = {
      type: "TRIGGER_MISSED",
      triggerId: id,
      count: 2,
      firstAt: 1_000,
      lastAt: 2_000,
      nextAt: 3_000,
    } as const;
    const failed = { type: "TRIGGER_FAILED", ...about, code: "agent.closed", message: "closed" } as const;
    const state = after([set, { type: "trigger.settle", outcomes: [missed, failed] }]);
    expect(state.triggers?.["tick"]).toMatchObject({
      missedCount: 2,
      nextAt: 3_000,
      failed: { code: "agent.closed", message: "closed", at: 5 },
    });
    const again = after([{ type: "trigger.settle", outcomes: [fired(3_000, 4_000)] }], state);
    expect(again.triggers?.["tick"]).toMatchObject({ failed: null, nextAt: 4_000 });
  });

  it.each([
    ["fired", fired(1_000, null)],
    [
      "was missed",
      { type: "TRIGGER_MISSED", triggerId: id, count: 1, firstAt: 1_000, lastAt: 1_000, nextAt: null },
    ],
  ] as const)("of one moment is gone when it %s", (_how, outcome) => {
    const once = { ...set, schedule: { kind: "once", at: 1_000 } } as const;
    expect(after([once, { type: "trigger.settle", outcomes: [outcome] }]).triggers).toEqual({});
  });

  it("is removed once; what comes of one that is gone is nothing", () => {
    const remove = { type: "trigger.remove", triggerId: id } as const;
    const state = after([set, { ...set, triggerId: triggerId("tock") }, remove]);
    expect(Object.keys(state.triggers ?? {})).toEqual(["tock"]);
    expect(decideColony(state, remove)).toMatchObject({
      code: "trigger.not_found",
      message: 'there is no trigger "tick"; there are: tock',
    });
    expect(taken(state, { type: "trigger.settle", outcomes: [fired(1_000, 2_000)] })).toEqual([]);
    expect(decideColony(NEW_COLONY, remove)).toMatchObject({
      message: 'there is no trigger "tick"; there are none',
    });
  });

  it("that a letter has asked for is set and removed once, also where the letter is met again", () => {
    const asked = { ...set, letterId: "l-1" };
    const state = after([asked]);
    expect(state.letter).toBe("l-1");
    expect(taken(state, asked)).toEqual([]);
    const remove = { type: "trigger.remove", triggerId: id, letterId: "l-2" } as const;
    const gone = after([remove], state);
    expect(gone.triggers).toEqual({});
    expect(taken(gone, remove)).toEqual([]);
  });
});
