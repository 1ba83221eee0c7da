import {
  evolveAgent,
  nextStep,
  recipientOf,
  type AgentState,
  type ColonyEvent,
  type Step,
} from "@colony/core";
import { requireGiven } from "../given.ts";

/**
 * Folds every prefix of a log that a process could have been left with, and asks each time what comes next: it is never
 * something of which the log already holds the outcome. `commits` are the seqs at which commits ended, in order.
 */
export function checkReplay(events: readonly ColonyEvent[], commits: readonly number[]): readonly string[] {
  requireGiven("what checkReplay folds", events, "events");
  requireGiven("the commits of checkReplay", commits, "seqs");
  const ends = new Set(commits);
  const states = new Map<string, AgentState>();
  const past: ColonyEvent[] = [];
  const problems: string[] = [];
  const touched = new Set<string>();
  for (const event of events) {
    past.push(event);
    for (const id of new Set([event.agentId, recipientOf(event)])) {
      if (id === undefined) continue;
      const state = evolveAgent(states.get(id), [event]);
      if (state === undefined) continue;
      states.set(id, state);
      touched.add(id);
    }
    if (!ends.has(event.seq)) continue;
    for (const id of touched) {
      const state = states.get(id);
      if (state === undefined) continue;
      const step = nextStep(state, event.at);
      for (const problem of askedAgain(step, { state, past }))
        problems.push(`after seq ${event.seq} ${id} is to ${step.do}: ${problem}`);
    }
    touched.clear();
  }
  return problems;
}

const END = /^EXECUTION_(?:COMPLETED|FAILED|CANCELLED|TIMED_OUT|LOST)$/;

function askedAgain(
  step: Step,
  { state, past }: { readonly state: AgentState; readonly past: readonly ColonyEvent[] },
): readonly string[] {
  const own = past.filter(({ agentId }) => agentId === state.record.id);
  const again = (callId: string): readonly string[] => {
    const isOutcome = ({ type, data }: ColonyEvent): boolean =>
      /COMPLETED|FAILED|UNKNOWN/.test(type) && "callId" in data && data.callId === callId;
    return own.some(isOutcome) ? [`${callId} has an outcome`] : [];
  };
  switch (step.do) {
    case "run_tools":
    case "await_tools":
      return step.calls.flatMap(({ callId }) => again(callId));
    case "lose_model_call":
    case "await_model":
      return again(step.callId);
    case "think":
      return thoughtAgain(own, step.deliver);
    case "end": {
      const id = state.record.execution?.id;
      return own.some(({ type, executionId }) => executionId === id && END.test(type))
        ? ["it has ended"]
        : [];
    }
    default:
      return [];
  }
}

function thoughtAgain(own: readonly ColonyEvent[], deliver: readonly string[]): readonly string[] {
  const given = new Set<string>(
    own.flatMap((event) => (event.type === "INPUT_DELIVERED" ? event.data.inputIds : [])),
  );
  const last = own.findLast(({ type }) => type === "MESSAGE_APPENDED" || type === "EXECUTION_STARTED");
  const answered =
    last?.type === "MESSAGE_APPENDED" &&
    last.data.message.role === "assistant" &&
    last.data.message.parts.every(({ type }) => type !== "tool-call");
  return [
    ...deliver.filter((id) => given.has(id)).map((id) => `${id} was delivered`),
    ...(answered && deliver.length === 0 ? ["the model has answered"] : []),
  ];
}
