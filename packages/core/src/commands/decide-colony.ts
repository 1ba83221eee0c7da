import type { EventData } from "../events/catalogue.ts";
import { canonicalJson } from "../json.ts";
import type { ColonyState } from "../state/colony.ts";
import type { ColonyCommand } from "./command.ts";
import type { Decision } from "./decision.ts";
import { decideTrigger } from "./trigger.ts";

/**
 * What a command on the colony comes to. Blocking twice by one owner, and lifting what is not there, is nothing new. What
 * a letter asks for is recorded once, also where it changes nothing, so that it is known to have been taken.
 */
export function decideColony(state: ColonyState, command: ColonyCommand): Decision {
  const letterId = "letterId" in command ? command.letterId : undefined;
  if (letterId !== undefined && letterId === state.letter) return [];
  const letter = letterId === undefined ? {} : { letterId };
  switch (command.type) {
    case "colony.open":
      return [{ type: "COLONY_OPENED", data: opening(command) }];
    case "colony.close":
      return [{ type: "COLONY_CLOSED", data: { host: command.host } }];
    case "dispatch.block": {
      const { owner, reason, anew = letterId !== undefined } = command;
      if (!anew && state.blocks.some((block) => block.owner === owner)) return [];
      return [{ type: "DISPATCH_BLOCKED", data: { owner, reason, ...letter } }];
    }
    case "budget.set":
      return letterId === undefined && canonicalJson(command.budget) === canonicalJson(state.budget)
        ? []
        : [{ type: "BUDGET_SET", data: { budget: command.budget, ...letter } }];
    case "tool_approval.set": {
      const { tool, approved, by } = command;
      const isSo = state.approvedTools?.includes(tool) ?? false;
      return isSo === approved ? [] : [{ type: "TOOL_APPROVAL_SET", data: { tool, approved, by } }];
    }
    case "trigger.set":
    case "trigger.remove":
    case "trigger.settle":
      return decideTrigger(state, command);
    case "letter.refuse": {
      const { letterId: refused, code, message } = command;
      return [{ type: "LETTER_REFUSED", data: { letterId: refused, code, message } }];
    }
    case "storage.fail": {
      const { code, message, since, refused } = command;
      return [{ type: "STORAGE_FAILED", data: { code, message, since, refused } }];
    }
    case "history.prune": {
      const { type: _type, ...data } = command;
      return data.agents.length === 0 ? [] : [{ type: "HISTORY_PRUNED", data }];
    }
    case "dispatch.unblock": {
      const { owner, version } = command;
      const block = state.blocks.find((each) => each.owner === owner);
      if (block === undefined || (version ?? block.version) !== block.version) return [];
      return [{ type: "DISPATCH_UNBLOCKED", data: { owner } }];
    }
  }
}

function opening({
  host,
  release,
  instructions,
  systems,
  owner,
}: EventData<"COLONY_OPENED">): EventData<"COLONY_OPENED"> {
  return {
    host,
    release,
    ...(instructions === undefined ? {} : { instructions }),
    ...(systems === undefined ? {} : { systems }),
    ...(owner === undefined ? {} : { owner }),
  };
}
