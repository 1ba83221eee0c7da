import { EXIT } from "../errors/exit-code.ts";

/** What signals mean while work goes on. */
export interface OnSignals {
  /** The first Ctrl-C. The second ends the process at once. */
  readonly interrupted: () => void;
  /** Asked to end by the system: what is under way goes on the next time. */
  readonly terminated: () => void;
}

/** Listens to signals until it is disposed. */
export function listenToSignals({ interrupted, terminated }: OnSignals): Disposable {
  let times = 0;
  const onInterrupt = (): void => {
    times += 1;
    if (times > 1) process.exit(EXIT.cancelled);
    interrupted();
  };
  const onTerminate = (): void => {
    times += 1;
    if (times > 1) process.exit(EXIT.terminated);
    terminated();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  return {
    [Symbol.dispose]: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onTerminate);
    },
  };
}
