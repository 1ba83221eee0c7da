import { ColonyError, type Logger, type Notifier } from "@colony/core";
import { requireNotifyingLogger } from "./notifier-options.ts";

/** Tells operators, in the log: a success as information, everything else as a warning. Throws `settings.invalid`. */
export function logNotifier(logger: Logger): Notifier {
  requireNotifyingLogger(logger);
  return {
    async notify(notification, { signal }) {
      if (signal.aborted) throw new ColonyError("wait.aborted", "the notification was called off");
      const level = notification.mark === "ok" ? "info" : "warn";
      logger[level]({ notification }, "worker ended");
    },
  };
}
