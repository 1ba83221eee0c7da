import { messageOf, requireOptions, requireValue } from "@colony/core";
import { z } from "zod";

const fn = z.custom<unknown>((value) => typeof value === "function");

/** What is closed: a colony, or anything of yours that has to be let go of with it. */
interface Closable {
  close(): Promise<void>;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A signal that asks a process to end. */
export type EndSignal = (typeof SIGNALS)[number];

/** What a shell is told of a process that a signal has ended. */
const EXIT_CODES: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Everything in this process that is to be closed when it is asked to end, with whom to tell first. */
const open = new Map<Closable, ((signal: EndSignal) => void) | undefined>();
let isClosing = false;

/**
 * Has a colony closed when its process is asked to end (SIGINT, SIGTERM): it takes nothing more, lets steps under way finish
 * for `limits.shutdownGraceMs` (default 10 s), records them, and the process exits with 0. What was at work goes on when the
 * colony is opened again, and nobody is charged with a crash. A second signal ends the process at once, with 130 or 143.
 *
 * May be called for several colonies: the process exits once all are closed. Nothing of this happens unless it is called;
 * disposing of what it returns takes it back. Throws `usage.invalid`.
 */
export function closeOnSignals(
  colony: Closable,
  options: {
    /** Told when the first signal has come. What it throws goes to standard error, and changes nothing. */ readonly onSignal?: (
      signal: EndSignal,
    ) => void;
  } = {},
): Disposable {
  requireValue(colony, {
    fits: z.looseObject({ close: fn }),
    what: "what is to be closed",
    give: "a colony, or another object with close",
    code: "usage.invalid",
  });
  requireOptions(
    options,
    { onSignal: { fits: fn, give: "a function that is told of the signal" } },
    {
      code: "usage.invalid",
      whole: "the options of closeOnSignals are no object; leave them out, or give one",
      of: "closeOnSignals",
    },
  );
  if (open.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal);
  open.set(colony, options.onSignal);
  return {
    [Symbol.dispose]: () => {
      if (open.delete(colony) && open.size === 0 && !isClosing)
        for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

function onSignal(signal: EndSignal): void {
  if (isClosing) process.exit(EXIT_CODES[signal]);
  isClosing = true;
  void closeAll(signal);
}

async function closeAll(signal: EndSignal): Promise<void> {
  const closing = Array.from(open, async ([colony, tell]) => {
    void hear(tell, signal);
    await colony.close();
  });
  const outcomes = await Promise.allSettled(closing);
  const failed = outcomes.filter((outcome) => outcome.status === "rejected");
  for (const { reason } of failed) complain(reason);
  process.exit(failed.length === 0 ? 0 : 1);
}

/** What listens has its say, and no part in how the process ends: whatever comes of it, all is closed in good order. */
async function hear(
  listener: ((signal: EndSignal) => unknown) | undefined,
  signal: EndSignal,
): Promise<void> {
  try {
    await listener?.(signal);
  } catch (error) {
    complain(error);
  }
}

function complain(error: unknown): void {
  process.stderr.write(`${messageOf(error)}\n`);
}
