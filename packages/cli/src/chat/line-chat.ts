import { createInterface } from "node:readline";
import { workDoneBy } from "../colony/work-done.ts";
import type { AgentRecord } from "@colony/core";
import { waitsForDefinition } from "../colony/known-definitions.ts";
import { isUnderWay, leftWords } from "../colony/unfinished.ts";
import type { CommandContext } from "../commands/command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { typedIn } from "../io/typed.ts";
import { workerTable } from "../render/worker-table.ts";
import { MEMORY } from "../settings/settings.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import { waitingSentence } from "../work/result.ts";
import { chatHelp, readChatLine, type ChatCommand } from "./chat-commands.ts";
import { LineAnswers } from "./line-answers.ts";

const DEMONSTRATION = "Survey this folder";

/**
 * A chat without a terminal: each line is one message, and the next is read when it has been answered, or when the answer
 * waits for a person: then the next line is theirs. The end of standard input ends it, and so does `/quit`; what still waits
 * then goes on waiting (exit code 3). With nothing to read, it goes on with what was unfinished, or gives a demonstration.
 */
export async function chatByLines(context: CommandContext): Promise<number> {
  const { io, settings, talkPaint } = context;
  await using attended = await AttendedColony.open({
    io,
    settings,
    paint: talkPaint,
    onInterrupt: "leave",
    onLostOutput: "leave",
    place: "chat",
  });
  const { progress, requests, colony } = attended;
  const answers = new LineAnswers(context, attended);
  if (requests.all.length > 0) progress.say(requests.list());
  let asked = 0;
  const lines = createInterface({ input: io.stdin, signal: attended.left });
  try {
    for await (const line of typedIn(lines)) {
      if (line.trim() === "") continue;
      asked += 1;
      if ((await takeLine(line, attended, answers)) === "left" || attended.exitCode !== undefined) break;
    }
  } finally {
    lines.close();
  }
  if (asked === 0 && attended.exitCode === undefined) {
    if (attended.isContinuing) attended.expectEarlier("is told");
    else if (requests.all.length > 0) attended.expectEarlier("was told");
    else {
      progress.say([
        `nothing to read on standard input: surveying ${settings.workspace.value} as a demonstration`,
      ]);
      await attended.say(DEMONSTRATION);
    }
  }
  const exitCode = await answers.finish();
  if (exitCode !== undefined) return exitCode;
  const left =
    settings.dir.value === MEMORY
      ? undefined
      : leftWords(colony.agents().filter(attended.knows), colony.state);
  if (left !== undefined) progress.say([talkPaint("yellow", left)]);
  if (settings.dir.value === MEMORY || requests.all.length === 0) return answers.exitCode;
  progress.say([talkPaint("yellow", waitingSentence(colony.pending(), settings))]);
  return answers.exitCode === EXIT.success ? EXIT.waiting : answers.exitCode;
}

async function takeLine(
  line: string,
  attended: AttendedColony,
  answers: LineAnswers,
): Promise<"left" | "taken"> {
  const { progress, requests } = attended;
  const read = readChatLine(line);
  answers.begin();
  if (read.kind === "slip") progress.say([read.words]);
  if (read.kind === "command") {
    if (read.command === "/quit") return "left";
    await obey(read.command, attended);
    if (read.command === "/stop") await answers.tellAll();
  }
  if (read.kind === "decision") {
    if (read.decision.do === "list")
      await answers.attempt(async () => progress.say(await requests.decide(read.decision)));
    else await answers.decide(async () => void (await requests.decide(read.decision)));
  }
  if (read.kind === "message") {
    if (requests.next === undefined) {
      await attended.say(line);
      await answers.tellAll();
    } else await answers.decide(() => requests.answerNext(line));
  }
  return "taken";
}

/** Commands do what they do on a terminal; what they say is no answer, so it goes where progress goes. */
async function obey(command: Exclude<ChatCommand, "/quit">, attended: AttendedColony): Promise<void> {
  const { colony, progress } = attended;
  switch (command) {
    case "/help":
      return progress.say(chatHelp());
    case "/workers": {
      const workers = colony
        .agents()
        .filter(({ kind, dismissed }) => kind === "worker" && dismissed !== true);
      const now = Date.now();
      const isMissing = (record: AgentRecord): boolean => waitsForDefinition(record, attended.knows);
      const place = { now, work: await workDoneBy(colony, now), width: progress.columns(), isMissing };
      return progress.say(workers.length === 0 ? ["there are no workers yet"] : workerTable(workers, place));
    }
    case "/stop":
      if (!colony.agents().some(isUnderWay)) return progress.say(["nothing is at work"]);
      progress.say(["stopping everything that is at work"]);
      await attended.stop("stopped in the chat");
  }
}
