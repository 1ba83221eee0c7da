import type { Clock, EventType, Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import {
  PERSON,
  cancelAll,
  stopAll,
  stopTree,
  type Roster,
  type Supervisor,
  type Triggers,
} from "@colony/overseer";
import { setBudget, type BudgetDeps } from "../budget.ts";
import { answer, resolve } from "../requests/requests.ts";
import { unlessDone } from "../requests/unless-done.ts";
import { readLetter, receiveCommand } from "./letter-body.ts";
import { isDone } from "./letter-done.ts";
import { doLife } from "./life-letter.ts";
import { doTrigger } from "./trigger-letter.ts";

/** What letters may ask something of. */
export interface DoingOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly budgeting: BudgetDeps;
  readonly roster: Roster;
  readonly triggers: Triggers;
}

/**
 * Does what a letter asks for. What it asks for may have been done already, by a host that was killed before the letter was
 * away. Throws what it is refused with.
 */
export async function doLetter(deps: DoingOptions, body: string, letterId: string): Promise<void> {
  const { ledger, supervisor, budgeting } = deps;
  const letter = readLetter(body);
  switch (letter.kind) {
    case "input":
      // What is said after a stop is stored after it.
      await supervisor.stops.settle();
      await ledger.require(letter.agentId, [receiveCommand(letter)]);
      return;
    case "cancel":
      // One that has ended by itself meanwhile has its end in the log already.
      if (ledger.index.get(letter.agentId)?.execution?.id === letter.executionId)
        await cancelAll(deps, [letter.agentId], why(letter.reason));
      return;
    case "stop":
      if (letter.agentId === null) await stopAll(deps, letter.reason, letterId);
      else if (!(await isDone(deps.bus, { agentId: letter.agentId, letterId }, LIFE_EVENTS)))
        await stopTree(deps, letter.agentId, { ...why(letter.reason), letterId });
      return;
    case "life":
      if (!(await isDone(deps.bus, { ...letter, letterId }, LIFE_EVENTS)))
        await doLife(deps, letter.agentId, { ...letter, letterId });
      return;
    case "answer":
      await unlessDone(deps, { ...letter, letterId }, () => answer(deps, letter, { ...letter, letterId }));
      return;
    case "resolve":
      await unlessDone(deps, { ...letter, letterId }, () => resolve(deps, letter, { ...letter, letterId }));
      return;
    case "trigger_set":
    case "trigger_remove":
    case "trigger_fire":
      await doTrigger(deps.triggers, letter, letterId);
      return;
    case "budget":
      await setBudget(budgeting, { ...ledger.colony.budget, ...letter.budget }, letterId);
  }
}

/** What closing, stopping and the like leave in an agent's stream, with the letter that asked for it. */
const LIFE_EVENTS: readonly EventType[] = [
  "CANCEL_REQUESTED",
  "AGENT_CLOSED",
  "AGENT_REOPENED",
  "AGENT_DISMISSED",
  "AGENT_REMOVED",
];

function why(reason: string | null): { cause: "user"; by: string; reason: string | null } {
  return { cause: "user", by: PERSON, reason };
}
