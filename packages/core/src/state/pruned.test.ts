import { givenAgent, historyActions, playHistory, type History } from "@colony/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../commands/decide.ts";
import { EVENT_TYPES, type EventType } from "../events/catalogue.ts";
import type { ColonyEvent } from "../events/envelope.ts";
import { recipientOf } from "../events/envelope.ts";
import type { AgentId } from "../ids.ts";
import type { AgentState } from "./agent-state.ts";
import { evolveAgent } from "./evolve-agent.ts";
import { PRUNED_TYPES, prunedRecord, prunedState } from "./pruned.ts";

const RUNS = 400;
const GONE = new Set(PRUNED_TYPES);
const AT = 1_800_000_000_000;

/** Agents that may be pruned, with everything that concerns them. */
function* ended(history: History): Generator<{
  readonly id: AgentId;
  readonly whole: AgentState;
  readonly all: readonly ColonyEvent[];
}> {
  const { agents, events } = history;
  for (const id of agents) {
    const whole = history.state(id);
    if (whole?.record.status !== "closed" || whole.record.processes > 0) continue;
    if (whole.record.lifetime === "persistent" && whole.inbox.length > 0) continue;
    yield { id, whole, all: events.filter((event) => event.agentId === id || recipientOf(event) === id) };
  }
}

const isRemoved = (event: ColonyEvent, id: AgentId, newest: number): boolean =>
  event.agentId === id &&
  event.version !== newest &&
  GONE.has(event.type) &&
  (recipientOf(event) ?? id) === id;

describe("the history of an agent that has ended", () => {
  it("tells the same record once it is pruned, however much of it has been removed", () => {
    let checked = 0;
    const property = fc.property(historyActions(60), fc.infiniteStream(fc.boolean()), (actions, removed) => {
      for (const { id, whole, all } of ended(playHistory(actions))) {
        const { seeded } = whole.record;
        const pruned = prunedRecord(whole.record, { at: AT, ...(seeded ? { seeded } : {}) });
        for (const some of [false, true]) {
          const left = all.filter(
            (event) =>
              !isRemoved(event, id, whole.record.version) || (some && removed.next().value === false),
          );
          const state = evolveAgent(undefined, left);
          expect(state).toBeDefined();
          if (state === undefined) continue;
          expect(prunedState(state, pruned).record).toEqual(pruned);
          expect(prunedState(state, pruned).conversation).toEqual([]);
          checked += 1;
        }
      }
    });
    fc.assert(property, { numRuns: RUNS });
    expect(checked).toBeGreaterThan(RUNS / 4);
  });

  it("is what it always was where its record says nothing of it", () => {
    const { state } = givenAgent().started().asked().answered("done").endedAsAsked();
    expect(prunedState(state, state.record)).toBe(state);
  });
});

it("what a pruned worker was, how it ended and what it used stays, and it is not opened again", () => {
  const agent = givenAgent({ lifetime: "persistent" }).started().asked().answered("done").endedAsAsked();
  agent.when({ type: "agent.close", cause: "closed" });
  const record = prunedRecord(agent.state.record, { at: AT });
  expect(record).toMatchObject({
    prunedAt: AT,
    task: agent.state.record.task,
    status: "closed",
    usage: agent.state.record.usage,
    report: { status: "success", summary: "done" },
    execution: { status: "completed", turns: 1 },
  });
  const { colonyId, id } = record;
  const context = { agentId: id, colonyId, at: AT };
  expect(decide({ ...agent.state, record }, { type: "agent.reopen", by: "user" }, context)).toEqual({
    code: "agent.pruned",
    message:
      'worker "w-1" cannot go on: its conversation has been pruned; spawn a new one, its report is still there',
  });
});

it("every type of an agent's events is either kept for ever or pruned; a new one has to be put in its place", () => {
  const kept: readonly EventType[] = [
    "AGENT_SPAWNED",
    "AGENT_OPENED",
    "AGENT_CLOSED",
    "AGENT_REOPENED",
    "AGENT_DISMISSED",
    "AGENT_REMOVED",
    "EXECUTION_QUEUED",
    "EXECUTION_STARTED",
    "CANCEL_REQUESTED",
    "EXECUTION_COMPLETED",
    "EXECUTION_FAILED",
    "EXECUTION_CANCELLED",
    "EXECUTION_TIMED_OUT",
    "EXECUTION_LOST",
    "INPUT_DELIVERED",
    "INPUT_DISCARDED",
    "MILESTONE_REACHED",
    "APPROVAL_RESOLVED",
    "SUBAGENT_REPORT",
    "NOTIFICATION_SENT",
    "NOTIFICATION_FAILED",
  ];
  const ofTheColony =
    /^(?:COLONY|DISPATCH|TRIGGER)_|^(?:BUDGET_SET|TOOL_APPROVAL_SET|LETTER_REFUSED|STORAGE_FAILED|HISTORY_PRUNED)$/;
  const others = EVENT_TYPES.filter((type) => !GONE.has(type) && !ofTheColony.test(type));
  expect(others).toEqual(kept);
});
