import type { InputMode } from "../events/inbox.ts";
import { atItsStart } from "../plan/deliverable.ts";
import type { AgentState, ExecutionState } from "../state/agent-state.ts";
import { isEnded } from "./status.ts";

/** What becomes of an input, as things stand when it is received. */
export interface Arrival {
  /**
   * `started`: the agent begins with it at once. `steering`: it is told at the next model call of what runs.
   * `interrupting`: what runs is aborted for it. `queued`: it waits behind what runs, or what waits already. `waiting`:
   * nothing of the agent can go on now.
   */
  readonly as: "started" | "queued" | "steering" | "interrupting" | "waiting";
  /** Its place among the inputs that wait, counted from 1. Only where it is `queued`. */
  readonly place?: number;
  /** Why it is not what its mode asked for, or what it waits for. */
  readonly note?: string;
}

/** How an input arrives, and what keeps its agent from beginning with it, in words. */
export interface Arriving {
  readonly mode: InputMode;
  readonly hindrance?: string | undefined;
}

/** What becomes of an input that an agent in this state is about to receive. */
export function arrivalOf(state: AgentState, arriving: Arriving): Arrival {
  const { record, execution } = state;
  const { status } = record.execution ?? {};
  if (execution === null || status === undefined || isEnded(status)) return atRest(state, arriving);
  if (execution.cancel !== null) return behindACancel(state, execution.cancel);
  return record.lifetime === "ephemeral" ? onItsOneTask(state, arriving) : atWork(state, arriving);
}

function atRest(state: AgentState, { mode, hindrance }: Arriving): Arrival {
  const waits = mode !== "interrupt" && beforeIt(state) > 0;
  if (waits) return { as: "queued", place: beforeIt(state) + 1, ...noted(hindrance) };
  return hindrance === undefined ? { as: "started" } : { as: "waiting", note: hindrance };
}

/** What ends now can be told nothing any more. */
function behindACancel(state: AgentState, cancel: NonNullable<ExecutionState["cancel"]>): Arrival {
  const { lifetime } = state.record;
  const place = beforeIt(state) + 1;
  if (cancel.close !== true)
    return { as: "queued", place, note: "what it does is being called off, so this comes after it" };
  return cancel.keepsInbox === true && lifetime === "persistent"
    ? { as: "queued", place, note: "it is being closed, and is given this when it is opened again" }
    : { as: "queued", place, note: "it is being stopped, and is not given this any more" };
}

/** An ephemeral worker has no later execution, so it is told everything in this one. */
function onItsOneTask(state: AgentState, { mode, hindrance }: Arriving): Arrival {
  const { status } = state.record.execution ?? {};
  if (status === "queued") return { as: "waiting", note: hindrance ?? NOT_BEGUN };
  if (mode === "interrupt") return { as: "interrupting" };
  if (waitsForPeople(state)) return { as: "waiting", note: FOR_PEOPLE };
  return mode === "queue"
    ? { as: "steering", note: "it has one task only, so it is told at its next model call" }
    : { as: "steering" };
}

function atWork(state: AgentState, { mode, hindrance }: Arriving): Arrival {
  const { status } = state.record.execution ?? {};
  const isParked = waitsForPeople(state);
  if (mode === "queue")
    return { as: "queued", place: beforeIt(state) + 1, ...noted(isParked ? FOR_PEOPLE : undefined) };
  if (status === "queued") return { as: "waiting", note: hindrance ?? NOT_BEGUN };
  if (mode === "interrupt")
    return atItsStart(state)
      ? {
          as: "interrupting",
          note: "it had not asked its model yet; nothing is aborted, and this comes first",
        }
      : { as: "interrupting" };
  return isParked ? { as: "waiting", note: FOR_PEOPLE } : { as: "steering" };
}

const NOT_BEGUN = "it has not begun yet, and is told this when it begins";
const FOR_PEOPLE = "it waits for a person, and is told this when it goes on";

/** One that waits for reports of its own workers goes on with whatever comes. */
function waitsForPeople({ record }: AgentState): boolean {
  return record.execution?.phase === "awaiting_answers";
}

/** Inputs that an execution of their own is begun for. */
function beforeIt({ inbox }: AgentState): number {
  let count = 0;
  for (const { kind, mode } of inbox) if (kind !== "report" && mode !== "steer") count += 1;
  return count;
}

function noted(note: string | undefined): Pick<Arrival, "note"> {
  return note === undefined ? {} : { note };
}
