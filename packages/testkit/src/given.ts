import {
  EVENT_CATALOGUE,
  requireOptions,
  requireValue,
  shownValue,
  type OptionRule,
  type OptionTable,
} from "@colony/core";
import { z } from "zod";

const fn = z.custom<unknown>((value) => typeof value === "function");
const ms = z.custom<unknown>((value) => typeof value === "number" && value >= 0);

const LOG = z.looseObject({ append: fn, read: fn, onAppended: fn, head: fn, close: fn });
const CLOCK = z.looseObject({ now: fn, after: fn, sleep: fn });
const MANUAL_CLOCK = CLOCK.extend({ advance: fn, untilNext: fn });
const EVENT = z.looseObject({
  type: z.string(),
  agentId: z.string(),
  seq: z.number(),
  version: z.number(),
  data: z.looseObject({}),
});

/** What the functions of this package may be given, and the same in words. */
export const GIVEN = {
  log: { fits: LOG, give: "an event log, such as createMemoryLog()" },
  manualClock: { fits: MANUAL_CLOCK, give: "a clock made by createManualClock()" },
  ground: {
    fits: z.looseObject({
      log: LOG,
      snapshots: z.looseObject({ save: fn, list: fn }),
      blobs: z.looseObject({ put: fn, get: fn }),
      clock: MANUAL_CLOCK,
      ids: z.looseObject({ next: fn }),
    }),
    give: "what outlives a process, such as createMemoryGround()",
  },
  model: {
    fits: z.looseObject({ provider: z.string(), modelId: z.string(), doStream: fn }),
    give: "a model, such as createScriptedModel([...])",
  },
  script: {
    fits: z.union([fn, z.array(z.unknown())]),
    give: 'a list of turns, such as [{ text: "Done." }], or a function that gives them',
  },
  tool: { fits: z.looseObject({ name: z.string(), run: fn }), give: "a tool, made by defineTool({ ... })" },
  events: { fits: listOf(EVENT), give: "the raw events of a colony, such as await readAll(log)" },
  seqs: { fits: z.array(z.int().min(1)), give: "the seqs at which commits ended, such as ground.commits" },
  agent: {
    fits: EVENT_CATALOGUE.AGENT_SPAWNED.partial().strict(),
    give: "an object with some of what AGENT_SPAWNED says",
  },
  programs: {
    fits: z.record(
      z.string(),
      z.strictObject({ ms, stdout: z.string().optional(), stubborn: z.boolean().optional() }),
    ),
    give: "an object of programs by command, such as { make: { ms: 3_000 } }",
  },
  place: {
    fits: z.union([z.int().min(1), z.instanceof(RegExp)]),
    give: "the number of a place, from 1, or a pattern for its words, such as /after tool charge/",
  },
  places: { fits: z.array(z.int().min(1)), give: "a list of numbers of places, from 1" },
  scenario: {
    fits: z.looseObject({ ground: fn, live: fn, check: fn }),
    give: "an object with ground, live and check, each of them a function",
  },
  promise: { fits: z.instanceof(Promise), give: "a promise, as an async function does" },
  problems: { fits: z.array(z.string()), give: "a list of texts, one for each thing that is wrong" },
  count: { fits: z.int().min(1), give: "a whole number from 1" },
  actions: { fits: listOf(z.looseObject({ do: z.string() })), give: "a list of what historyActions() gives" },
  moment: { fits: z.number(), give: "a number of milliseconds" },
  duration: { fits: z.number().nonnegative(), give: "a number of milliseconds from 0" },
  delay: {
    fits: z.custom<unknown>((value) => typeof value === "number" && !Number.isNaN(value)),
    give: "a number of milliseconds",
  },
  signal: { fits: z.instanceof(AbortSignal), give: "the signal of an AbortController" },
  text: { fits: z.string().min(1), give: "a text" },
  flag: { fits: z.boolean(), give: "true or false" },
  fn: { fits: fn, give: "a function" },
} as const satisfies OptionTable;

/** Throws `usage.invalid` where what was given will not do. */
export function requireGiven(what: string, value: unknown, kind: keyof typeof GIVEN): void {
  requireValue(value, { ...GIVEN[kind], what, code: "usage.invalid" });
}

/** Options of a function of this package: what each may be, by its name. */
export type GivenOptions = Readonly<Record<string, keyof typeof GIVEN | OptionRule>>;

/** Throws `usage.invalid` where options will not do, or hold one that there is not. */
export function requireGivenOptions(of: string, options: unknown, kinds: GivenOptions): void {
  const table = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, typeof kind === "string" ? GIVEN[kind] : kind]),
  );
  const whole = `the options of ${of} are ${shownValue(options)}; give an object with some of ${Object.keys(table).join(", ")}`;
  requireOptions(options, table, { code: "usage.invalid", whole, of });
}

/** The name of what a contract tests, how each of its tests opens it, and its options. Throws `usage.invalid`. */
export function requireContract(
  contract: string,
  { name, open }: { readonly name: unknown; readonly open: unknown },
  options: unknown = {},
): void {
  requireGiven(`the name that ${contract} is given`, name, "text");
  requireGiven(`what ${contract} opens by`, open, "fn");
  requireGivenOptions(contract, options, { reopenAfterEveryWrite: "flag" });
}

/** A list whose members are looked at and not copied: a log may have half a million events. */
function listOf(member: z.ZodType): z.ZodType {
  return z.unknown().superRefine((value, context) => {
    if (!Array.isArray(value)) return context.addIssue({ code: "custom" });
    const index = value.findIndex((each) => !member.safeParse(each).success);
    if (index !== -1) context.addIssue({ code: "custom", path: [index] });
  });
}
