import { ColonyError, type Clock, type Notification, type Notifier } from "@colony/core";

/** What came of telling: it was taken, it failed, or the host had to go before either. */
export type Told = "taken" | "called off" | { readonly failed: unknown };

/**
 * Tells one notification, for at most so long. A notifier that hangs is asked to stop and not waited for any longer; one that
 * throws, at once or later, has failed.
 */
export async function tell(
  notifier: Notifier,
  notification: Notification,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Told> {
  const { clock, timeoutMs, signal } = options;
  if (signal.aborted) return "called off";
  const over = new AbortController();
  const stop = new Promise<Told>((resolve) => {
    over.signal.addEventListener("abort", () => {
      resolve(signal.aborted ? "called off" : { failed: late(timeoutMs) });
    });
  });
  const end = (): void => over.abort();
  signal.addEventListener("abort", end);
  const cancel = clock.after(timeoutMs, end);
  const asked = ask(notifier, notification, over.signal);
  try {
    return await Promise.race([asked, stop]);
  } finally {
    cancel();
    signal.removeEventListener("abort", end);
  }
}

async function ask(notifier: Notifier, notification: Notification, signal: AbortSignal): Promise<Told> {
  try {
    await notifier.notify(notification, { signal });
    return "taken";
  } catch (error) {
    return { failed: error };
  }
}

function late(timeoutMs: number): ColonyError {
  return new ColonyError(
    "notification.failed",
    `the notifier did not take it within ${timeoutMs} ms (limits.notifyTimeoutMs)`,
  );
}
