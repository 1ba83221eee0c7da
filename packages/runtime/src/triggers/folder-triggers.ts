import { ColonyError, triggerId, type ColonyCommand } from "@colony/core";
import { triggerRules, type TriggerOptions } from "@colony/overseer";
import { createSystemClock } from "../adapters/system-clock.ts";
import { createSystemIds } from "../adapters/system-ids.ts";
import { requireFolder } from "../call-options.ts";
import { inFolder } from "../folder-owner.ts";
import type { SetTrigger } from "./colony-triggers.ts";
import { requireTriggerId } from "./fire-options.ts";
import { composeTrigger } from "./set-trigger.ts";

/**
 * Sets a trigger of the colony of a folder, without setting anything in it going. Throws what `triggers.set` throws,
 * `colony.not_found`, and `colony.in_use` where somebody has it open, or something that was sent before waits.
 */
export async function setFolderTrigger(dir: string, options: TriggerOptions): Promise<SetTrigger> {
  requireFolder({ dir });
  const { readTriggerOptions } = await triggerRules();
  readTriggerOptions(options, createSystemClock().now());
  return await inFolder(dir, async (ledger) => {
    const triggers = ledger.colony.triggers ?? {};
    const { data, replace, token } = await composeTrigger(options, {
      ids: createSystemIds(),
      now: createSystemClock().now(),
      find: (idOrName) => ledger.index.find(idOrName),
      trigger: (id) => (Object.hasOwn(triggers, id) ? triggers[id] : undefined),
    });
    await ledger.executeColony({ type: "trigger.set", ...data, replace });
    const trigger = ledger.colony.triggers?.[data.triggerId];
    if (trigger === undefined) throw new ColonyError("trigger.not_found", "the trigger was not recorded");
    return token === undefined ? { trigger } : { trigger, token };
  });
}

/** Takes a trigger away in the same way. Throws `trigger.not_found`, `colony.not_found` and `colony.in_use`. */
export async function removeFolderTrigger(dir: string, id: string): Promise<void> {
  requireFolder({ dir });
  requireTriggerId(id);
  const command: ColonyCommand = { type: "trigger.remove", triggerId: triggerId(id) };
  await inFolder(dir, (ledger) => ledger.executeColony(command));
}
