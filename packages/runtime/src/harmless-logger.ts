import { isThenable, type Logger } from "@colony/core";

type Line = (data: object, message: string) => unknown;

/**
 * A logger that cannot do any harm: a line that cannot be written is lost, and nothing but that line. What goes on is in the
 * event log, and a line is often about a disk that is full, which is no time to fail for another reason.
 */
export function harmlessLogger(logger: Logger): Logger {
  return {
    debug: harmless((data, message) => logger.debug(data, message)),
    info: harmless((data, message) => logger.info(data, message)),
    warn: harmless((data, message) => logger.warn(data, message)),
    error: harmless((data, message) => logger.error(data, message)),
    child(bindings) {
      try {
        return harmlessLogger(logger.child(bindings));
      } catch {
        // Without what it would be bound to, rather than not at all.
        return this;
      }
    },
  };
}

function harmless(write: Line): (data: object, message: string) => void {
  return (data, message) => {
    try {
      const written = write(data, message);
      // An async one is taken for a function that returns nothing.
      if (isThenable(written)) written.then(undefined, lost);
    } catch {
      lost();
    }
  };
}

/** There is nowhere to say it. */
function lost(): void {
  // Nothing.
}
