import type { Clock } from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/** How long a log is left alone in any case after it has failed, also where it has taken something else since. Milliseconds. */
const LEAST_MS = 1_000;

/** Waits for so long, or until the log is known to be written again. False where the signal came first. */
export async function waitForLog(
  { clock, ledger }: { readonly clock: Clock; readonly ledger: Pick<Ledger, "storage"> },
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const first = Math.min(ms, LEAST_MS);
  try {
    await clock.sleep(first, { signal });
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
  if (first < ms && ledger.storage.state.status === "failing")
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        changes.unsubscribe();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = clock.after(ms - first, done);
      const changes = ledger.storage.changes$.subscribe(done);
      signal.addEventListener("abort", done);
    });
  return !signal.aborted;
}
