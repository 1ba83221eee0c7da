import { text as textFrom } from "node:stream/consumers";
import { ColonyError } from "@colony/core";
import { leftWords } from "../colony/unfinished.ts";
import { EXIT } from "../errors/exit-code.ts";
import { reportError } from "../errors/report-error.ts";
import { write } from "../io/io.ts";
import { harmless } from "../render/words.ts";
import { MEMORY } from "../settings/settings.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import { exitCodeFor, failureWords, outcomeJson } from "../work/result.ts";
import type { Command, CommandContext } from "./command.ts";

/** `run`: one task, one answer, one exit code. */
export const runCommand: Command = {
  name: "run",
  summary: "do one task, print the answer and exit",
  details: [
    'The task is one argument, so put it in quotes; "-" reads it from standard input.',
    "The answer goes to standard output, everything said on the way to standard error.",
    'Exit codes: 0 answered (an honest "I cannot" is an answer too), 1 failed or every worker failed,',
    "2 wrong usage, 130 cancelled with Ctrl-C; 0 as well where the process was asked to end (SIGTERM): then it",
    "lets what runs finish for a while, and the task goes on when this colony is opened again.",
  ],
  positional: { name: "task", required: true, example: '"Survey this repository"' },
  options: [],
  examples: ['run "Survey this repository"', 'run "Survey ./docs" --json', "run - < task.txt"],
  run,
};

async function run({ io, args, settings, talkPaint }: CommandContext): Promise<number> {
  const task = await taskOf(args.positionals[0] ?? "", io.stdin);
  const startedAt = Date.now();
  await using attended = await AttendedColony.open({ io, settings, paint: talkPaint, onInterrupt: "stop" });
  const outcome = await attended.ask(task);
  attended.progress.end();
  const durationMs = Date.now() - startedAt;
  const { tally, modelName: model } = attended;
  if (outcome === undefined) {
    if (attended.exitCode === EXIT.cancelled)
      io.stderr.write("cancelled; everything that was at work has been stopped\n");
    return attended.exitCode ?? EXIT.failed;
  }
  if (settings.output === "json")
    await write(
      io.stdout,
      `${JSON.stringify(outcomeJson(outcome, { tally, model, durationMs }), null, 2)}\n`,
    );
  else if (outcome.text !== null && outcome.status === "completed") {
    const text = outcome.text.trimEnd();
    await write(io.stdout, `${io.stdout.isTTY ? harmless(text) : text}\n`);
  }
  const isBaseless = outcome.status === "completed" && tally.allWorkersFailed;
  if (isBaseless) io.stderr.write(`${talkPaint("yellow", "! every worker failed")}\n`);
  if (outcome.status === "completed") io.stderr.write(`${talkPaint("dim", tally.words(durationMs))}\n`);
  else reportError(new ColonyError("execution.failed", failureWords(outcome)), io);
  const left = settings.dir.value === MEMORY ? undefined : leftWords(attended.colony.agents());
  if (left !== undefined) io.stderr.write(`${talkPaint("yellow", left)}\n`);
  return isBaseless ? EXIT.failed : exitCodeFor(outcome);
}

async function taskOf(typed: string, stdin: CommandContext["io"]["stdin"]): Promise<string> {
  if (typed !== "-") return typed;
  const text = (await textFrom(stdin)).trim();
  if (text === "")
    throw new ColonyError(
      "usage.invalid",
      'standard input was empty; write the task to it, or give it in quotes: run "..."',
    );
  return text;
}
