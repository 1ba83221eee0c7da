import { EXIT, exitCodeOfLoss } from "../errors/exit-code.ts";
import type { Output } from "../io/outputs.ts";

/** What the first signal means while work goes on. The second one ends the process at once, whichever it is. */
export interface OnSignals {
  /** Ctrl-C, where that calls off what was asked for; absent: it means what the others do. */
  readonly interrupted?: () => void;
  /** Asked to end, with this exit code: what is under way goes on the next time. */
  readonly terminated: (exitCode: number) => void;
}

/** Signals that are listened to. */
export interface Signals extends Disposable {
  /** The process is on its way out: the next signal ends it at once. */
  leave(): void;
}

/**
 * Listens to signals until it is disposed. Where an output is given, its loss asks the process to end as well. Neither that
 * nor a hang-up is ever a second signal: a closed window comes as several of them at once (from its shell, from whoever has
 * started us, as an output that is lost), and nobody is there who could be impatient.
 */
export function listenToSignals({ interrupted, terminated }: OnSignals, output?: Output): Signals {
  let isLeaving = false;
  const on = (code: number, first: () => void) => (): void => {
    if (isLeaving) process.exit(code);
    isLeaving = true;
    first();
  };
  const end = (exitCode: number): void => {
    if (isLeaving) return;
    isLeaving = true;
    terminated(exitCode);
  };
  const onInterrupt = on(EXIT.cancelled, interrupted ?? (() => terminated(EXIT.success)));
  const onTerminate = on(EXIT.terminated, () => terminated(EXIT.success));
  const onHangUp = (): void => end(EXIT.success);
  const onLost = (): void => end(exitCodeOfLoss(output?.loss));
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onHangUp);
  output?.lost.addEventListener("abort", onLost);
  return {
    leave: () => {
      isLeaving = true;
    },
    [Symbol.dispose]: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onHangUp);
      output?.lost.removeEventListener("abort", onLost);
    },
  };
}
