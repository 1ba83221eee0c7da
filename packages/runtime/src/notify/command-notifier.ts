import { ColonyError, type Notification, type Notifier, type Processes } from "@colony/core";
import { createSystemClock } from "../adapters/system-clock.ts";
import { createSystemProcesses } from "../adapters/system-processes.ts";
import { requireCommandNotifier } from "./notifier-options.ts";

/** A program that is run for each notification. */
export interface CommandNotifierOptions {
  /** Looked for as a shell does. */
  readonly command: string;
  readonly args?: readonly string[];
  /** How long it may take before it is ended; default 10,000 ms. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** How long it may take to go when it is asked to, before it is ended by force. Milliseconds. */
const GRACE_MS = 1_000;

/** What is kept of what it says when it fails. */
const OUTPUT_BYTES = 4_000;

/**
 * Runs a program with the notification as JSON on its standard input, and its members as variables
 * (`COLONY_NOTIFICATION_TEXT`, `COLONY_NOTIFICATION_MARK` ...). It leads a process group of its own, which is ended when it takes too long or is called
 * off. An exit with 0 says that somebody has been told. Throws `settings.invalid`.
 */
export function commandNotifier(options: CommandNotifierOptions): Notifier {
  requireCommandNotifier(options);
  const clock = createSystemClock();
  const processes = createSystemProcesses({ clock });
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return {
    async notify(notification, { signal }) {
      const over = new AbortController();
      const cancel = clock.after(timeoutMs, () => over.abort());
      try {
        await run(processes, options, { notification, signal: AbortSignal.any([signal, over.signal]) });
      } catch (error) {
        if (!over.signal.aborted) throw error;
        const sentence = `"${options.command}" did not end within ${timeoutMs} ms, and was ended`;
        throw new ColonyError("notification.failed", sentence, { cause: error });
      } finally {
        cancel();
      }
    },
  };
}

async function run(
  processes: Processes,
  { command, args = [] }: CommandNotifierOptions,
  { notification, signal }: { readonly notification: Notification; readonly signal: AbortSignal },
): Promise<void> {
  const program = await processes.spawn(command, args, {
    signal,
    env: variablesOf(notification),
    input: `${JSON.stringify(notification)}\n`,
    outputBytes: OUTPUT_BYTES,
  });
  const stop = (): void => void processes.stop(program, { graceMs: GRACE_MS }).catch(() => undefined);
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    else program.begin();
    const { code, signal: by, stderr } = await program.exited;
    if (code === 0) return;
    const how = code === null ? `was ended by ${by ?? "a signal"}` : `ended with code ${code}`;
    const said = stderr.trim();
    throw new ColonyError("notification.failed", `"${command}" ${how}${said === "" ? "" : `: ${said}`}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** No variable can hold a NUL. */
function variablesOf(notification: Notification): { readonly [name: string]: string } {
  const { id, colonyId, workerId, name, label, role, mark, status, seconds, text, owner } = notification;
  const members = { id, colonyId, workerId, name, label, role, mark, status, seconds, text, owner };
  return Object.fromEntries(
    Object.entries(members).map(([member, value]) => [
      `COLONY_NOTIFICATION_${member.replace(/[A-Z]/gu, "_$&").toUpperCase()}`,
      String(value ?? "").replaceAll("\0", ""),
    ]),
  );
}
