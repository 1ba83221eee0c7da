import { ColonyError } from "@colony/core";
import { openColonySender, type ColonySender } from "@colony/runtime";
import { refuseFile } from "./refuse-file.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** Opens the colony of these settings to send something to it, beside whoever has it open. */
export async function openSender({ dir }: Pick<Settings, "dir">): Promise<ColonySender> {
  if (dir.value === MEMORY)
    throw new ColonyError(
      "usage.invalid",
      "a colony in memory ends with its process, so nothing can be sent to it; name a folder with --dir",
    );
  await refuseFile(dir.value);
  return await openColonySender({ dir: dir.value });
}
