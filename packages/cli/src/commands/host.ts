import { ColonyError, textOf, type ColonyEvent } from "@colony/core";
import { stoppedWords } from "../colony/stopped.ts";
import { printed } from "../render/answer-rows.ts";
import { counted } from "../render/words.ts";
import { MEMORY } from "../settings/settings.ts";
import { AttendedColony } from "../work/attended-colony.ts";
import type { Command, CommandContext } from "./command.ts";

/** `host`: a process that is there, so that triggers fire and what is sent is done. */
export const hostCommand: Command = {
  name: "host",
  summary: "keep the colony open until a signal: triggers fire, work goes on, what is sent is done",
  details: [
    "Answers of the overseer go to standard output, what happens to standard error; where nobody reads them any more it",
    "goes on all the same. Say something to it from elsewhere with inject, and see what there is with workers, trigger list",
    "and log. Ctrl-C, SIGTERM or a closed window ends it: what runs may finish (--grace), exit code 0; again: at once.",
  ],
  options: [],
  examples: ["host", "host --dir ~/colonies/news"],
  run,
};

/** Keeps the process there while nothing else does. */
const BEAT_MS = 60_000;

async function run({ io, settings, talkPaint }: CommandContext): Promise<number> {
  if (settings.dir.value === MEMORY)
    throw new ColonyError(
      "usage.invalid",
      "a colony in memory cannot be reached from elsewhere, so there is nothing to host; name a folder with --dir",
    );
  await using attended = await AttendedColony.open({
    io,
    settings,
    paint: talkPaint,
    onInterrupt: "leave",
    onLostOutput: "go on",
  });
  const { colony, progress, left } = attended;
  const answers = colony.events$.subscribe((event) => {
    const text = answerIn(event);
    if (text === undefined || event.agentId !== colony.overseer.id) return;
    progress.clear();
    io.stdout.write(`${printed(text, io.stdout)}\n`);
  });
  progress.say([
    `hosting ${colony.dir} with ${counted(colony.triggers.list().length, "trigger")}; Ctrl-C ends it`,
  ]);
  const stopped = stoppedWords(colony.state);
  if (stopped !== undefined) progress.say([talkPaint("yellow", stopped)]);
  const beat = setInterval(() => undefined, BEAT_MS);
  try {
    await new Promise<void>((resolve) => {
      left.addEventListener("abort", () => resolve(), { once: true });
      // Somebody else has opened it.
      colony.events$.subscribe({ next: () => undefined, complete: resolve });
    });
  } finally {
    clearInterval(beat);
    answers.unsubscribe();
  }
  if (attended.exitCode !== undefined) return attended.exitCode;
  throw new ColonyError("colony.in_use", "another process has opened this colony since; it goes on there");
}

/** What an agent says last in a turn; undefined for anything else. */
function answerIn({ type, data }: ColonyEvent): string | undefined {
  if (type !== "MESSAGE_APPENDED" || data.message.role !== "assistant") return undefined;
  if (data.message.parts.some((part) => part.type === "tool-call")) return undefined;
  const text = textOf(data.message).trim();
  return text === "" ? undefined : text;
}
