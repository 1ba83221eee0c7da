import {
  ColonyError,
  InputMode,
  MAX_INPUT_CHARACTERS,
  MissedPolicy,
  requireOptions,
  shownValue,
  type OptionTable,
  type Schedule,
} from "@colony/core";
import { z } from "zod";
import { isZone, isoText, momentOf, nextOfCron, patternProblem, zoneHere } from "../adapters/calendar.ts";
import { textProblem } from "./trigger-text.ts";

/** What every trigger is set with. */
interface CommonOptions {
  /** 1 to 64 letters, digits, `.`, `_` and `-`; default: a new one. */
  readonly id?: string;
  /**
   * What its agent is told. `{{due}}` is the time that it came due at; a webhook's `{{body}}` is what it was sent, and
   * `{{body.name}}` a member of that.
   */
  readonly text?: string;
  /** The overseer (default), or a persistent worker by id or name. */
  readonly to?: string;
  /** Default `queue`. */
  readonly mode?: InputMode;
  /** What becomes of times at which nobody was there: none, one for all (default), each of the newest 100. */
  readonly missed?: MissedPolicy;
  /** In place of the one that has its id; without it, the same once more is nothing new, and another is refused. */
  readonly replace?: boolean;
}

/** Five fields, or six with seconds first, on the clocks of a zone (IANA name; default: this machine's). */
interface CronOptions {
  readonly cron: string;
  readonly zone?: string;
}

/** Every so often, 1,000 ms at least and a century at most, counted from the anchor (default: from now). */
interface IntervalOptions {
  readonly everyMs: number;
  readonly anchor?: number | string;
}

/** Once: epoch ms, or ISO 8601; without an offset on the clocks of the zone. */
interface OnceOptions {
  readonly at: number | string;
  readonly zone?: string;
}

/** When somebody who has its token says so; `true`: a token is made. */
interface WebhookOptions {
  readonly webhook: true | { readonly token: string };
}

/** A trigger as it is set: it comes due in one of four ways. */
export type TriggerOptions = CommonOptions & (CronOptions | IntervalOptions | OnceOptions | WebhookOptions);

/** The same as it has been looked through; what is only known to a colony is left open. */
export interface TriggerRequest {
  readonly id: string | undefined;
  readonly schedule: Exclude<Schedule, { readonly kind: "webhook" }> | { readonly kind: "webhook" };
  /** Whether somebody has said what the zone or the anchor is. */
  readonly named: { readonly zone: boolean; readonly anchor: boolean };
  readonly token: string | undefined;
  readonly text: string;
  readonly to: string | undefined;
  readonly mode: InputMode;
  readonly missed: MissedPolicy;
  readonly replace: boolean;
}

const LEAST_EVERY_MS = 1_000;
/** A century: what is meant to come less often is a mistake in the unit. */
const MOST_EVERY_MS = 100 * 366 * 86_400_000;
const LEAST_TOKEN = 16;
const MOST_TOKEN = 500;

const WAYS = ["cron", "everyMs", "at", "webhook"] as const;
type Way = (typeof WAYS)[number];

const MOMENT = {
  fits: z.union([z.number(), z.string()]),
  give: "a time as ISO 8601 has it, such as 2026-12-24T18:00, or epoch milliseconds",
};

const TRIGGER: OptionTable = {
  id: {
    fits: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,63})$/u),
    give: "1 to 64 letters, digits, dots, underscores and hyphens, a letter or digit first",
  },
  text: {
    fits: z
      .string()
      .min(1)
      .max(MAX_INPUT_CHARACTERS / 2),
    give: `a text of 1 to ${MAX_INPUT_CHARACTERS / 2} characters`,
  },
  to: { fits: z.string(), give: "the id or the name of an agent" },
  mode: { fits: InputMode, give: '"queue", "steer" or "interrupt"' },
  missed: { fits: MissedPolicy, give: '"skip", "once" or "all"' },
  replace: { fits: z.boolean(), give: "true or false" },
  cron: { fits: z.string(), give: 'a cron pattern, such as "0 9 * * 1-5"' },
  zone: { fits: z.string(), give: "a time zone by its name, such as Europe/Berlin" },
  everyMs: {
    fits: z.int().min(LEAST_EVERY_MS).max(MOST_EVERY_MS),
    give: `a whole number of milliseconds, ${LEAST_EVERY_MS} at least, which is a second, and ${MOST_EVERY_MS} at most, a century`,
  },
  anchor: MOMENT,
  at: MOMENT,
  webhook: {
    fits: z.union([z.literal(true), z.looseObject({})]),
    give: "true, or { token }",
  },
};

const TOKEN: OptionTable = {
  token: {
    fits: z.string().min(LEAST_TOKEN).max(MOST_TOKEN),
    give: `a text of ${LEAST_TOKEN} to ${MOST_TOKEN} characters that nobody can guess`,
    required: true,
  },
};

/** Which options go with which way of coming due. */
const BELONGS: Readonly<Record<"zone" | "anchor" | "missed", readonly Way[]>> = {
  zone: ["cron", "at"],
  anchor: ["everyMs"],
  missed: ["cron", "everyMs", "at"],
};

/**
 * Holds what a trigger is to be set with, and fills in what was left out. `now`: it comes due after that. Throws
 * `trigger.invalid` with a sentence of its own for each thing that can be wrong.
 */
export function readTriggerOptions(options: unknown, now: number): TriggerRequest {
  requireOptions(options, TRIGGER, {
    code: "trigger.invalid",
    whole: 'a trigger is an object, such as { cron: "0 9 * * 1-5", text: "look for news" }',
    of: "the trigger",
  });
  // Every member that there is has been held to the table.
  const given = options as Given;
  const way = wayOf(given);
  const schedule = scheduleOf(way, given, now);
  const text = given.text ?? (way === "webhook" ? "{{body}}" : undefined);
  if (text === undefined || text.trim() === "")
    throw invalid(`the trigger's text is ${shownValue(text)}; say what its agent is to be told`);
  const problem = textProblem(text, way === "webhook" ? "webhook" : "schedule");
  if (problem !== undefined) throw invalid(`in the trigger's text ${problem}`);
  const { id, to, mode = "queue", missed = "once", replace = false } = given;
  return {
    id,
    schedule,
    named: { zone: given.zone !== undefined, anchor: given.anchor !== undefined },
    token: tokenOf(given.webhook),
    text,
    to,
    mode,
    missed,
    replace,
  };
}

/** All that may be given; that there is what its way needs is known once that has been found. */
interface Given extends CommonOptions {
  readonly cron: string;
  readonly zone?: string;
  readonly everyMs: number;
  readonly anchor?: number | string;
  readonly at: number | string;
  readonly webhook?: unknown;
}

function wayOf(given: { readonly [Name in Way | keyof typeof BELONGS]?: unknown }): Way {
  const [way, other] = WAYS.filter((name) => given[name] !== undefined);
  if (way === undefined)
    throw invalid("the trigger does not say when it comes due; give one of cron, everyMs, at and webhook");
  if (other !== undefined)
    throw invalid(`the trigger has both ${way} and ${other}; it comes due in one way: set two triggers`);
  for (const name of ["zone", "anchor", "missed"] as const) {
    const ways = BELONGS[name];
    if (given[name] !== undefined && !ways.includes(way))
      throw invalid(
        `the trigger has ${name}, which says nothing beside ${way}; it goes with ${ways.join(" or ")}`,
      );
  }
  return way;
}

function scheduleOf(way: Way, given: Given, now: number): TriggerRequest["schedule"] {
  const zone = given.zone ?? zoneHere();
  if (!isZone(zone))
    throw invalid(
      `there is no time zone ${shownValue(zone)}; give one by its name, such as Europe/Berlin or UTC`,
    );
  switch (way) {
    case "cron": {
      const pattern = given.cron.trim().replaceAll(/\s+/gu, " ");
      const problem = patternProblem(pattern);
      if (problem !== undefined)
        throw invalid(
          `the cron pattern ${shownValue(given.cron)} will not do (${problem}); give five fields, minute hour day month weekday, or six with seconds first`,
        );
      const rule = { pattern, zone };
      if (nextOfCron(rule, now) === null)
        throw invalid(`the cron pattern ${shownValue(pattern)} never comes due again`);
      return { kind: "cron", ...rule };
    }
    case "everyMs":
      return {
        kind: "interval",
        everyMs: given.everyMs,
        anchor: given.anchor === undefined ? now : timeOf(given.anchor, "anchor", zone),
      };
    case "at": {
      const at = timeOf(given.at, "at", zone);
      if (at <= now)
        throw invalid(
          `the trigger is to come due at ${isoText(at)}, which is over; give a time that is to come`,
        );
      return { kind: "once", at };
    }
    case "webhook":
      return { kind: "webhook" };
  }
}

/** The last moment that has a date. */
const LAST_MOMENT = 8.64e15;

function timeOf(given: number | string, name: string, zone: string): number {
  const at = typeof given === "number" ? given : momentOf(given, zone);
  if (at !== undefined && Number.isInteger(at) && Math.abs(at) <= LAST_MOMENT) return at;
  throw invalid(`${name} of the trigger is ${shownValue(given)}; give ${MOMENT.give}`);
}

function tokenOf(webhook: unknown): string | undefined {
  if (webhook === undefined || webhook === true) return undefined;
  requireOptions(webhook, TOKEN, {
    code: "trigger.invalid",
    whole: "the webhook of the trigger is no object; give true, or { token }",
    before: "webhook.",
    of: "the trigger",
  });
  return (webhook as { readonly token: string }).token;
}

function invalid(message: string): ColonyError {
  return new ColonyError("trigger.invalid", message);
}
