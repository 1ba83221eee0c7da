import { text as textFrom } from "node:stream/consumers";
import { ColonyError } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import { leftWords, waitingWords } from "../colony/unfinished.ts";
import { EXIT, exitCodeOfLoss } from "../errors/exit-code.ts";
import { reportError } from "../errors/report-error.ts";
import { write, type Io } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { printed } from "../render/answer-rows.ts";
import { askAtTerminal } from "../requests/ask-at-terminal.ts";
import type { NumberedRequest } from "../requests/numbered.ts";
import { TypedLines } from "../requests/typed-lines.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import type { Coming } from "../work/open-inputs.ts";
import {
  exitCodeFor,
  failureWords,
  NOBODY_CAN_ANSWER,
  outcomeJson,
  waitingJson,
  waitingSentence,
} from "../work/result.ts";
import type { Command, CommandContext } from "./command.ts";

/** `run`: one task, one answer, one exit code. */
export const runCommand: Command = {
  name: "run",
  summary: "do one task, print the answer and exit",
  details: [
    'The task is one argument, so put it in quotes; "-" reads it from standard input.',
    "The answer goes to standard output, everything said on the way to standard error.",
    'Exit codes: 0 answered (an honest "I cannot" is an answer too), 1 failed or every worker failed,',
    "2 wrong usage, 3 where it waits for an answer or an approval and nobody is at the terminal to give it: then it stays",
    "as it is and goes on once that has been given (inbox, answer, approve); 130 cancelled with Ctrl-C; 141 where nobody",
    "reads standard output any more. Asked to end (SIGTERM, a closed window) it lets what runs finish (--grace), and exits",
    "with 0; again: at once. The task goes on when this colony is opened again.",
  ],
  positional: { name: "task", required: true, example: '"Survey this repository"' },
  options: [],
  examples: ['run "Survey this repository"', 'run "Survey ./docs" --json', "run - < task.txt"],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { io, args, settings, talkPaint } = context;
  const typed = args.positionals[0] ?? "";
  const task = await taskOf(typed, io.stdin);
  const startedAt = Date.now();
  const isAtTerminal = io.stdin.isTTY && io.stderr.isTTY && typed !== "-";
  const place = isAtTerminal ? "prompt" : "command line";
  const attendance = {
    io,
    settings,
    paint: talkPaint,
    onInterrupt: "stop",
    onLostOutput: "leave",
    place,
  } as const;
  await using attended = await AttendedColony.open(attendance);
  const earlier = attended.requests.all.map(({ request }) => request.id);
  // How it is decided is said where the task has come to its end, and it still waits.
  const waiting = waitingWords(attended.colony.pending());
  if (waiting !== undefined) attended.progress.say([`${waiting}, from before`]);
  const coming = isAtTerminal
    ? await askedAtTerminal(attended, { task, earlier, io })
    : await attended.ask(task);
  const durationMs = Date.now() - startedAt;
  if (coming.kind === "waiting") return await leaveWaiting(context, attended, durationMs);
  attended.progress.end();
  if (coming.kind === "nothing") {
    if (attended.exitCode === EXIT.cancelled)
      tell(io.stderr, "cancelled; everything that was at work has been stopped");
    return attended.exitCode ?? EXIT.failed;
  }
  return await tellOutcome(coming.outcome, { context, attended, durationMs });
}

async function tellOutcome(
  outcome: InputOutcome,
  { context: { io, settings, talkPaint }, attended, durationMs }: Told,
): Promise<number> {
  const { tally, modelName: model } = attended;
  if (settings.output === "json")
    await write(
      io.stdout,
      `${JSON.stringify(outcomeJson(outcome, { tally, model, durationMs }), null, 2)}\n`,
    );
  else if (outcome.text !== null && outcome.status === "completed") {
    const text = outcome.text.trimEnd();
    await write(io.stdout, `${printed(text, io.stdout)}\n`);
  }
  const isBaseless = outcome.status === "completed" && tally.allWorkersFailed;
  if (isBaseless) tell(io.stderr, talkPaint("yellow", "! every worker failed"));
  if (outcome.status === "completed") tell(io.stderr, talkPaint("dim", tally.words(durationMs)));
  else reportError(new ColonyError("execution.failed", failureWords(outcome)), io);
  for (const words of settings.dir.value === MEMORY ? [] : leftBehind(attended, settings))
    tell(io.stderr, talkPaint("yellow", words));
  if (io.output.loss !== undefined) return exitCodeOfLoss(io.output.loss);
  return isBaseless ? EXIT.failed : exitCodeFor(outcome);
}

interface Told {
  readonly context: CommandContext;
  readonly attended: AttendedColony;
  readonly durationMs: number;
}

function leftBehind({ colony, knows }: AttendedColony, settings: Settings): readonly string[] {
  const pending = colony.pending();
  const left = leftWords(colony.agents().filter(knows), colony.state);
  return [
    ...(left === undefined ? [] : [left]),
    ...(pending.length === 0 ? [] : [waitingSentence(pending, settings)]),
  ];
}

/** What is asked meanwhile is asked there; what waited before only where the task waits for nothing else. */
async function askedAtTerminal(
  attended: AttendedColony,
  { task, earlier, io }: { readonly task: string; readonly earlier: readonly string[]; readonly io: Io },
): Promise<Coming> {
  const { colony, requests, progress, left: signal } = attended;
  const isNew = ({ request }: NumberedRequest): boolean =>
    !earlier.includes(request.id) && (request.kind === "approval" || request.to === null);
  using lines = new TypedLines({ input: io.stdin, output: io.stderr });
  const say = (said: readonly string[]): void =>
    void io.stderr.write(said.map((line) => `${line}\n`).join(""));
  await attended.say(task);
  for (;;) {
    const coming = await attended.next(() => requests.all.some(isNew));
    if (coming.kind !== "waiting") return coming;
    const { all } = requests;
    const asked = all.find(isNew) ?? all[0];
    if (asked === undefined) continue;
    using typing = new DisposableStack();
    typing.use(progress.hold());
    if (!isNew(asked)) say(requests.list(asked.request.id));
    if ((await askAtTerminal(asked, { colony, requests, lines, say, signal })) === "left") return coming;
  }
}

/** Nobody is there to decide: the work stays in its folder. In memory it would be lost, so it is called off. */
async function leaveWaiting(
  context: CommandContext,
  attended: AttendedColony,
  durationMs: number,
): Promise<number> {
  const { io, settings, talkPaint } = context;
  const { colony, progress, tally, modelName: model } = attended;
  const pending = colony.pending();
  if (settings.dir.value === MEMORY) {
    progress.say([talkPaint("yellow", NOBODY_CAN_ANSWER)]);
    await attended.stop("nobody could answer");
    const coming = await attended.next();
    progress.end();
    if (coming.kind !== "answer") return attended.exitCode ?? EXIT.failed;
    await tellOutcome(coming.outcome, { context, attended, durationMs });
    return EXIT.failed;
  }
  progress.end();
  if (settings.output === "json") {
    const json = waitingJson(pending, { tally, model, durationMs });
    await write(io.stdout, `${JSON.stringify(json, null, 2)}\n`);
  }
  tell(io.stderr, talkPaint("yellow", waitingSentence(pending, settings)));
  return attended.exitCode ?? EXIT.waiting;
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
