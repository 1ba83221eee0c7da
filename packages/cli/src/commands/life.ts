import { statusWord, type AgentRecord } from "@colony/core";
import type { LifeWord } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";
import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { spaced } from "../render/words.ts";
import { whoIs } from "../work/say.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

const BESIDE =
  "Works on a colony that is open elsewhere, and on one that nobody has open: whoever opens it next does it first of all.";
const POSITIONAL = { name: "worker", required: true, example: "w-4f2k" } as const;

/** `close`: a worker takes nothing more, and keeps what waits for it. */
export const closeCommand: Command = {
  name: "close",
  summary: "close one worker: what it does is called off, what waits for it is kept",
  details: [
    'A persistent worker can be opened again with "colony reopen" and goes on then. Its own workers go on meanwhile; to end',
    "them too, stop it.",
    BESIDE,
  ],
  positional: POSITIONAL,
  options: [{ name: "reason", value: "TEXT", says: "why, for the record" }],
  examples: ["close w-4f2k", 'close Tom --reason "enough for today"'],
  run: (context) => ask(context, "close"),
};

/** `reopen`: a worker that was closed goes on. */
export const reopenCommand: Command = {
  name: "reopen",
  summary: "open a persistent worker again that was closed or stopped",
  details: ["It goes on with what it kept, and takes new inputs.", BESIDE],
  positional: POSITIONAL,
  options: [],
  examples: ["reopen w-4f2k"],
  run: (context) => ask(context, "reopen"),
};

/** `dismiss`: a worker is not listed unless all are. */
export const dismissCommand: Command = {
  name: "dismiss",
  summary: 'leave one worker out of lists; "workers --all" still shows it',
  details: ["Nothing else changes: what is at work goes on.", BESIDE],
  positional: POSITIONAL,
  options: [],
  examples: ["dismiss w-4f2k"],
  run: (context) => ask(context, "dismiss"),
};

/** `remove`: a worker is gone from every list. */
export const removeCommand: Command = {
  name: "remove",
  summary: "take one closed worker out of every list, for good, and free its name",
  details: ["What it did stays in the log.", BESIDE],
  positional: POSITIONAL,
  options: [],
  examples: ["remove w-4f2k"],
  run: (context) => ask(context, "remove"),
};

async function ask(context: CommandContext, word: LifeWord): Promise<number> {
  const { args, settings } = context;
  await using sender = await openSender(settings);
  const agent = findAgent(sender.reader.agents(), args.positionals[0] ?? "");
  const reason = args.text("reason");
  const sent = await sender.ask(word, agent.id, reason === undefined ? {} : { reason });
  const fate = await fateOf(sender, sent);
  const isSo = isSoAlready(agent, word);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    agentId: agent.id,
    previousStatus: statusWord(agent),
    owner: sender.reader.owner()?.pid,
    done: isSo ? `${whoIs(agent)} was ${DONE[word]} already; nothing was changed` : doneWords(agent, word),
    kept: isSo
      ? `${whoIs(agent)} is ${DONE[word]} already and stays so`
      : `whoever opens it next ${DOES[word]} ${whoIs(agent)}`,
  });
  return EXIT.success;
}

const DONE = { close: "closed", reopen: "open", dismiss: "dismissed", remove: "removed" } as const;
const DOES = { close: "closes", reopen: "reopens", dismiss: "dismisses", remove: "removes" } as const;

function isSoAlready({ status, dismissed }: AgentRecord, word: LifeWord): boolean {
  if (word === "close") return status === "closed";
  if (word === "reopen") return status !== "closed";
  return word === "dismiss" && dismissed === true;
}

function doneWords(agent: AgentRecord, word: LifeWord): string {
  const who = whoIs(agent);
  switch (word) {
    case "close":
      return `closed ${who}, which was ${spaced(statusWord(agent))}`;
    case "reopen":
      return `opened ${who} again`;
    case "dismiss":
      return `dismissed ${who}; "colony workers --all" still shows it`;
    case "remove":
      return `removed ${who}`;
  }
}
