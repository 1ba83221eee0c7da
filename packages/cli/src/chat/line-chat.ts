import { createInterface } from "node:readline";
import { ColonyError } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import { workDoneBy } from "../colony/work-done.ts";
import { hasWork, leftWords } from "../colony/unfinished.ts";
import type { CommandContext } from "../commands/command.ts";
import { reportError } from "../errors/report-error.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { workerTable } from "../render/worker-table.ts";
import { MEMORY } from "../settings/settings.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import { exitCodeFor, failureWords, outcomeJson } from "../work/result.ts";
import { chatHelp, readChatLine, type ChatCommand } from "./chat-commands.ts";

const DEMONSTRATION = "Survey this folder";

/**
 * A chat without a terminal: each line is one message, and the next is read when it has been answered. The end of
 * standard input ends it, and so does `/quit`. With nothing to read, it goes on with what was unfinished, or gives a demonstration.
 */
export async function chatByLines(context: CommandContext): Promise<number> {
  const { io, settings, talkPaint } = context;
  await using attended = await AttendedColony.open({ io, settings, paint: talkPaint, onInterrupt: "leave" });
  let asked = 0;
  let exitCode: number = EXIT.success;
  const lines = createInterface({ input: io.stdin, signal: attended.left });
  const take = async (work: Promise<InputOutcome | undefined>): Promise<void> => {
    const startedAt = Date.now();
    const outcome = await work;
    if (outcome !== undefined) exitCode = await tell(outcome, { context, attended, startedAt });
  };
  try {
    for await (const line of lines) {
      if (line.trim() === "") continue;
      asked += 1;
      const read = readChatLine(line);
      if (read.kind === "slip") attended.progress.say([read.words]);
      if (read.kind === "command") {
        if (read.command === "/quit") break;
        await obey(read.command, attended);
      }
      if (read.kind === "message") await take(attended.ask(line));
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
  if (attended.exitCode !== undefined) return attended.exitCode;
  const left = settings.dir.value === MEMORY ? undefined : leftWords(attended.colony.agents());
  if (left !== undefined) attended.progress.say([talkPaint("yellow", left)]);
  return exitCode;
}

/** Commands do what they do on a terminal; what they say is no answer, so it goes where progress goes. */
async function obey(command: Exclude<ChatCommand, "/quit">, attended: AttendedColony): Promise<void> {
  const { colony, progress } = attended;
  switch (command) {
    case "/help":
      return progress.say(chatHelp());
    case "/workers": {
      const workers = colony.agents().filter(({ kind }) => kind === "worker");
      const now = Date.now();
      const place = { now, work: await workDoneBy(colony, now), width: progress.columns() };
      return progress.say(workers.length === 0 ? ["there are no workers yet"] : workerTable(workers, place));
    }
    case "/stop":
      if (!colony.agents().some(hasWork)) return progress.say(["nothing is at work"]);
      progress.say(["stopping everything that is at work"]);
      await attended.stop("stopped in the chat");
  }
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
