import { ColonyError, type Notifier } from "@colony/core";
import { commandNotifier, webhookNotifier } from "@colony/runtime";
import type { Settings } from "../settings/settings.ts";

/** Who tells people elsewhere what they asked to be told; undefined where nobody does. Throws `settings.invalid`. */
export function notifierFor({
  notifyCommand,
  notifyWebhook,
  notifySecret,
}: Pick<Settings, "notifyCommand" | "notifyWebhook" | "notifySecret">): Notifier | undefined {
  const [command, url, secret] = [notifyCommand.value, notifyWebhook.value, notifySecret.value];
  if (command !== undefined && url !== undefined)
    throw new ColonyError(
      "settings.invalid",
      `${notifyCommand.source} and ${notifyWebhook.source} are both set; people are told in one way, so set one of them`,
    );
  if (command !== undefined) return commandNotifier({ command: "sh", args: ["-c", command] });
  if (url === undefined) return undefined;
  if (secret === undefined)
    throw new ColonyError(
      "settings.invalid",
      `${notifyWebhook.source} is set and COLONY_NOTIFY_SECRET is not; set it to the text with which the receiver can tell that requests are yours`,
    );
  return webhookNotifier({ url, secret });
}
