import { EXIT } from "../errors/exit-code.ts";

/** What the first signal means while work goes on. The second one ends the process at once, whichever it is. */
export interface OnSignals {
  /** Ctrl-C, where that calls off what was asked for; absent: it means what the others do. */
  readonly interrupted?: () => void;
  /** Asked to end: what is under way goes on the next time. */
  readonly terminated: () => void;
}

/** Signals that are listened to. */
export interface Signals extends Disposable {
  /** The process is on its way out: the next signal ends it at once. */
  leave(): void;
}

/** Listens to signals until it is disposed. */
export function listenToSignals({ interrupted, terminated }: OnSignals): Signals {
  let isLeaving = false;
  const on = (code: number, first: () => void) => (): void => {
    if (isLeaving) process.exit(code);
    isLeaving = true;
    first();
  };
  const onInterrupt = on(EXIT.cancelled, interrupted ?? terminated);
  const onTerminate = on(EXIT.terminated, terminated);
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  return {
    leave: () => {
      isLeaving = true;
    },
    [Symbol.dispose]: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onTerminate);
    },
  };
}
