import { createInterface } from "node:readline";
import { ColonyError } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import type { CommandContext } from "../commands/command.ts";
import { reportError } from "../errors/report-error.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import { exitCodeFor, failureWords, outcomeJson } from "../work/result.ts";

const DEMONSTRATION = "Survey this folder";

/**
 * A chat without a terminal: each line is one message, and the next is read when it has been answered. Only the end of
 * standard input ends it. With nothing to read, it goes on with what was unfinished, or gives a demonstration.
 */
export async function chatByLines(context: CommandContext): Promise<number> {
  const { io, settings, talkPaint } = context;
  await using attended = await AttendedColony.open({ io, settings, paint: talkPaint });
  let asked = 0;
  let exitCode: number = EXIT.success;
  const lines = createInterface({ input: io.stdin });
  const take = async (work: Promise<InputOutcome | undefined>): Promise<void> => {
    const startedAt = Date.now();
    const outcome = await work;
    if (outcome !== undefined) exitCode = await tell(outcome, { context, attended, startedAt });
  };
  try {
    for await (const line of lines) {
      if (line.trim() === "") continue;
      asked += 1;
      await take(attended.ask(line));
      if (attended.exitCode !== undefined) break;
    }
  } finally {
    lines.close();
  }
  if (asked === 0 && attended.exitCode === undefined) {
    if (attended.isContinuing) await take(attended.finishEarlierWork());
    else {
      attended.progress.say([
        `nothing to read on standard input: surveying ${settings.workspace.value} as a demonstration`,
      ]);
      await take(attended.ask(DEMONSTRATION));
    }
  }
  return attended.exitCode ?? exitCode;
}

/** Prints an answer, or why there is none. */
async function tell(
  outcome: InputOutcome,
  {
    context,
    attended,
    startedAt,
  }: { readonly context: CommandContext; readonly attended: AttendedColony; readonly startedAt: number },
): Promise<number> {
  const { io, settings } = context;
  const { tally, modelName: model } = attended;
  attended.progress.clear();
  if (settings.output === "json") {
    const durationMs = Date.now() - startedAt;
    await write(io.stdout, `${JSON.stringify(outcomeJson(outcome, { tally, model, durationMs }))}\n`);
  } else if (outcome.status === "completed") await write(io.stdout, `${(outcome.text ?? "").trimEnd()}\n`);
  if (outcome.status !== "completed")
    reportError(new ColonyError("execution.failed", failureWords(outcome)), io);
  return exitCodeFor(outcome);
}
