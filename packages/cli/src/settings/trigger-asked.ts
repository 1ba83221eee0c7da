import { ColonyError, InputMode, MissedPolicy, spanMs } from "@colony/core";
import type { TriggerOptions } from "@colony/runtime";
import type { Arguments } from "../arguments/arguments.ts";
import { suggestion } from "../arguments/nearest.ts";
import type { Option } from "../arguments/option.ts";
import { listed } from "../render/words.ts";

/** How a trigger is described on the command line. */
export const TRIGGER_OPTIONS: readonly Option[] = [
  {
    name: "cron",
    value: "PATTERN",
    says: 'minute hour day month weekday, as in "0 9 * * 1-5"; six fields: seconds first',
  },
  { name: "every", value: "TIME", says: "every so often, as in 30s, 15m or 24h; a bare number is seconds" },
  { name: "at", value: "MOMENT", says: "once, as in 2026-12-24T18:00" },
  { name: "webhook", says: "when somebody fires it who has its token, which is printed once" },
  { name: "zone", value: "ZONE", says: "on whose clocks, as in Europe/Berlin (default: this machine's)" },
  { name: "id", value: "ID", says: "what it is called (default: a new id)" },
  {
    name: "to",
    value: "AGENT",
    says: "who is told: the overseer (default), or a persistent worker by id or name",
  },
  { name: "mode", value: "MODE", says: "queue (default), steer or interrupt, as for inject" },
  { name: "missed", value: "WHAT", says: "of times at which nobody was here: skip, once (default) or all" },
  { name: "replace", says: "in place of the one that has this id" },
];

/** What there is to be said of some ways to come due only. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  zone: ["cron", "at"],
  missed: ["cron", "every", "at"],
};

const LEAST_EVERY_MS = 1_000;
const MOST_EVERY_MS = 100 * 366 * 86_400_000;

/** The trigger that somebody has described. What it may be is said by who sets it. Throws `usage.invalid`. */
export function askedTrigger(args: Arguments, text: string): TriggerOptions {
  const ways = ["cron", "every", "at"].filter((name) => args.text(name) !== undefined);
  const all = args.flag("webhook") ? [...ways, "webhook"] : ways;
  const [way, other] = all;
  if (way === undefined)
    throw wrong('"trigger add" needs one of --cron, --every, --at and --webhook, as in --cron "0 9 * * 1-5"');
  if (other !== undefined)
    throw wrong(`--${way} and --${other} do not go together: a trigger comes due in one way; add two`);
  if (text === "" && way !== "webhook")
    throw wrong(
      '"trigger add" needs a text, which the agent is told each time, as in: colony trigger add --every 15m "look for news"',
    );
  for (const [name, ways] of Object.entries(BELONGS))
    if (args.text(name) !== undefined && !ways.includes(way))
      throw wrong(
        `--${name} says nothing beside --${way}; it goes with ${listed(
          ways.map((one) => `--${one}`),
          "and",
        )}`,
      );
  const mode = oneOf(args, "mode", InputMode.options);
  const missed = oneOf(args, "missed", MissedPolicy.options);
  const [zone, id, to] = [args.text("zone"), args.text("id"), args.text("to")];
  return {
    ...wayOf(args),
    ...(text === "" ? {} : { text }),
    ...(zone === undefined ? {} : { zone }),
    ...(id === undefined ? {} : { id }),
    ...(to === undefined ? {} : { to }),
    ...(mode === undefined ? {} : { mode }),
    ...(missed === undefined ? {} : { missed }),
    ...(args.flag("replace") ? { replace: true } : {}),
  };
}

function wayOf(args: Arguments): TriggerOptions {
  const [cron, every, at] = [args.text("cron"), args.text("every"), args.text("at")];
  if (cron !== undefined) return { cron };
  if (at !== undefined) return { at };
  if (every === undefined) return { webhook: true };
  const everyMs = spanMs(every);
  if (everyMs === undefined || everyMs < LEAST_EVERY_MS || everyMs > MOST_EVERY_MS)
    throw wrong(`--every is "${every}"; give a time such as 30s, 15m or 24h, from a second to a century`);
  return { everyMs };
}

function oneOf<Word extends string>(args: Arguments, name: string, words: readonly Word[]): Word | undefined {
  const typed = args.text(name);
  if (typed === undefined) return undefined;
  const word = words.find((one) => one === typed);
  if (word !== undefined) return word;
  throw wrong(`--${name} is "${typed}"${suggestion(typed, words) || `; choose one of ${words.join(", ")}`}`);
}

function wrong(sentence: string): ColonyError {
  return new ColonyError("usage.invalid", sentence);
}
