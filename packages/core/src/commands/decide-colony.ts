import { canonicalJson } from "../json.ts";
import type { ColonyState } from "../state/colony.ts";
import type { ColonyCommand } from "./command.ts";
import type { Decision } from "./decision.ts";

/** What a command on the colony comes to. Blocking twice by one owner, and lifting what is not there, is nothing new. */
export function decideColony(state: ColonyState, command: ColonyCommand): Decision {
  switch (command.type) {
    case "colony.open":
      return [{ type: "COLONY_OPENED", data: { host: command.host, release: command.release } }];
    case "colony.close":
      return [{ type: "COLONY_CLOSED", data: { host: command.host } }];
    case "dispatch.block": {
      const { owner, reason } = command;
      if (state.blocks.some((block) => block.owner === owner)) return [];
      return [{ type: "DISPATCH_BLOCKED", data: { owner, reason } }];
    }
    case "budget.set":
      return canonicalJson(command.budget) === canonicalJson(state.budget)
        ? []
        : [{ type: "BUDGET_SET", data: { budget: command.budget } }];
    case "dispatch.unblock": {
      const { owner } = command;
      if (!state.blocks.some((block) => block.owner === owner)) return [];
      return [{ type: "DISPATCH_UNBLOCKED", data: { owner } }];
    }
  }
}
