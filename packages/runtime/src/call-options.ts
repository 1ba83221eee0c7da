import {
  ColonyError,
  EVENT_TYPES,
  INPUT_OPTIONS,
  MAX_INPUT_CHARACTERS,
  MAX_JSON_DEPTH,
  isDeeperThan,
  requireOptions,
  requireValue,
  type ErrorCode,
  type OptionTable,
} from "@colony/core";
import { TOOL_SET_OPTIONS } from "@colony/worker";
import { z } from "zod";
import { MEMORY } from "./memory.ts";

// What the calls of the faces may be given. Each holds what it was given before it does anything.

const MAX_KEY_CHARACTERS = 1_000;
const MAX_REASON_CHARACTERS = 10_000;
const MAX_LABEL_CHARACTERS = 1_000;
const SHA256_CHARACTERS = 64;

const TEXT = z.string();
const ANY = z.unknown();

/** The option by which a call is called off. */
export const SIGNAL = {
  fits: z.custom<unknown>((value) => value instanceof AbortSignal),
  give: "the signal of an AbortController",
};
const SEQ = { fits: z.int().min(0), give: "the seq of an event, a whole number from 0" };
const ID = { fits: TEXT, give: "an id as a text" };

/** `timeoutMs` is held by who waits. */
const REPORT: OptionTable = { timeoutMs: { fits: ANY, give: "a number of milliseconds" }, signal: SIGNAL };
const WAIT: OptionTable = { ...REPORT, after: SEQ };
const STAY: OptionTable = { signal: SIGNAL };
const WHY: OptionTable = {
  reason: {
    fits: z.string().max(MAX_REASON_CHARACTERS),
    give: `a text of at most ${MAX_REASON_CHARACTERS} characters`,
  },
};

const QUERY: OptionTable = {
  types: {
    fits: z.array(z.enum(EVENT_TYPES)),
    give: 'a list of types of events, such as ["SUBAGENT_REPORT"]',
  },
  agentId: ID,
  concerning: ID,
  parentId: ID,
  executionId: ID,
  correlationId: ID,
};
const PULSES: OptionTable = {
  types: { fits: z.array(TEXT), give: 'a list of types of pulses, such as ["text"]' },
  agentId: ID,
  executionId: ID,
};
const FEED: OptionTable = {
  after: SEQ,
  until: SEQ,
  signal: SIGNAL,
  query: { fits: z.looseObject({}), give: "an object that says which events are wanted", options: QUERY },
};

const INJECT: OptionTable = {
  ...INPUT_OPTIONS,
  idempotencyKey: {
    fits: z.string().min(1).max(MAX_KEY_CHARACTERS),
    give: `a text of 1 to ${MAX_KEY_CHARACTERS} characters`,
  },
};
const SEND: OptionTable = { to: { fits: TEXT, give: "the id or the name of an agent" }, ...INJECT };

const SPAWN: OptionTable = {
  task: {
    fits: z.string().max(MAX_INPUT_CHARACTERS),
    give: `a text of at most ${MAX_INPUT_CHARACTERS} characters that says what the worker is to do`,
    required: true,
  },
  name: { fits: TEXT, give: "a text, or leave it out" },
  label: {
    fits: z.string().max(MAX_LABEL_CHARACTERS),
    give: `a text of at most ${MAX_LABEL_CHARACTERS} characters, or leave it out`,
  },
  notify: { fits: z.boolean(), give: "true or false" },
  priority: { fits: z.number(), give: "a number; higher ones get a place first" },
  parent: { fits: z.literal("overseer"), give: '"overseer", or leave it out so that nobody gets its report' },
  toolSet: {
    fits: z.looseObject({}),
    give: "an object with some of allow, deny, groups",
    options: TOOL_SET_OPTIONS,
  },
  // What these may be is said by who reads them.
  profile: { fits: ANY, give: "the name of a profile, or an object with sections" },
  seed: { fits: ANY, give: "{ from } or { messages }" },
  budget: { fits: ANY, give: "an object" },
};

/** Throws `input.invalid`. */
export function requireInput(
  text: unknown,
  options: unknown,
  by: "inject" | "send" | "beside" = "inject",
): void {
  // Its own words for what is too long or empty are `decide`'s.
  requireValue(text, {
    fits: TEXT,
    what: "the text of an input",
    give: `a text of at most ${MAX_INPUT_CHARACTERS} characters`,
    code: "input.invalid",
  });
  requireOptions(
    options,
    by === "beside" ? SEND : INJECT,
    said(by === "beside" ? "inject" : by, "input.invalid"),
  );
}

/** Throws `definition.not_found` and `spawn.refused`. */
export function requireSpawn(definition: unknown, options: unknown): void {
  const give = "the name of a worker definition";
  requireValue(definition, {
    fits: TEXT,
    what: "the definition to spawn from",
    give,
    code: "definition.not_found",
  });
  requireOptions(options, SPAWN, {
    code: "spawn.refused",
    whole: "the options of spawn are no object; give at least { task }",
    of: "spawn",
  });
}

/** Holds the options of calling off what may be somebody else's. Throws `usage.invalid`. */
export function requireCallOff(call: string, options: unknown): void {
  const confirm = { fits: z.boolean(), give: "true where you mean it, or leave it out" };
  requireOptions(options, { ...WHY, confirm }, said(call, "usage.invalid"));
}

/** Holds a conversation that does not come from the host's own disk. Throws `seed.unreadable`. */
export function requireSeedFor(source: unknown): void {
  requireOptions(
    source,
    { messages: { fits: z.array(z.unknown()), give: "a list of messages", required: true } },
    { code: "seed.unreadable", whole: "a seed is an object; give { messages }", of: "a seed for somebody" },
  );
}

const OF_CALL: OptionTable = { call: { fits: TEXT.optional(), give: "the id of a call" } };
const APPROVE: OptionTable = {
  input: {
    fits: z.custom<unknown>(
      (value) => !isDeeperThan(MAX_JSON_DEPTH, value) && z.json().safeParse(value).success,
    ),
    give: `what the tool is to run with, as JSON that is nested at most ${MAX_JSON_DEPTH} levels deep`,
  },
  always: { fits: z.enum(["worker", "tool"]), give: '"worker", "tool", or leave it out' },
};

/** A time that may be without end. Infinity is no number to zod. */
export const SPAN = {
  fits: z.custom<unknown>((value) => typeof value === "number" && value >= 0),
  give: "a number of milliseconds from 0",
};

const PRUNE: OptionTable = { olderThanMs: SPAN };

const PROMPT: OptionTable = {
  // Which there are, is said by who looks for it.
  call: { fits: z.number(), give: "a whole number: 1 is the first call of the agent" },
};

const TABLES = {
  prune: PRUNE,
  report: REPORT,
  waitFor: WAIT,
  idle: STAY,
  wait: REPORT,
  cancel: WHY,
  close: WHY,
  stop: WHY,
  withdraw: WHY,
  outcome: STAY,
  reply: STAY,
  taken: STAY,
  prompt: PROMPT,
  approve: APPROVE,
  answer: OF_CALL,
  deny: WHY,
  feed: FEED,
  pulses: PULSES,
};

/** Holds the options of a call. Throws `usage.invalid`. */
export function requireCall(call: keyof typeof TABLES, options: unknown): void {
  requireOptions(options, TABLES[call], said(call, "usage.invalid"));
}

/** Holds the options of a person's word on a call of one agent. Throws `usage.invalid`. */
export function requireWord(call: "approve" | "deny", options: unknown): void {
  requireOptions(options, { ...TABLES[call], ...OF_CALL }, said(call, "usage.invalid"));
}

/** Holds the options of a sender's stop, which may name an agent. Throws `usage.invalid`. */
export function requireSentStop(options: unknown): void {
  requireOptions(options, { agent: ID, ...WHY }, said("stop", "usage.invalid"));
}

/** Holds what a sender asks of a worker's life. Throws `usage.invalid`. */
export function requireAsk(word: unknown, options: unknown): void {
  requireValue(word, {
    fits: z.enum(["close", "reopen", "dismiss", "remove"]),
    what: "what is asked of the worker",
    give: '"close", "reopen", "dismiss" or "remove"',
    code: "usage.invalid",
  });
  requireOptions(options, WHY, said("ask", "usage.invalid"));
}

/** Holds which events are wanted. Throws `usage.invalid`. */
export function requireQuery(query: unknown): void {
  requireOptions(query, QUERY, {
    code: "usage.invalid",
    whole: 'a query is an object, such as { types: ["SUBAGENT_REPORT"] }; give {} for every event',
    of: "a query",
  });
}

/** Holds what names an agent. Throws `usage.invalid`. */
export function requireIdOrName(idOrName: unknown): void {
  requireValue(idOrName, {
    fits: TEXT,
    what: "who is asked for",
    give: "the id or the name of an agent",
    code: "usage.invalid",
  });
}

/** Holds what is to be the id of an agent. Throws `usage.invalid`. */
export function requireAgentId(id: unknown): void {
  requireValue(id, {
    fits: TEXT,
    what: "who is asked for",
    give: "the id of an agent",
    code: "usage.invalid",
  });
}

/** Holds the address of a body. Throws `usage.invalid`. */
export function requireAddress(sha256: unknown): void {
  requireValue(sha256, {
    fits: z.string().max(SHA256_CHARACTERS),
    what: "the address of a body",
    give: "the sha256 that stands in a tool result's blob",
    code: "usage.invalid",
  });
}

/** Holds the options that a folder is opened with beside its owner. Throws `settings.invalid`. */
export function requireFolder(options: unknown): void {
  requireOptions(options, FOLDER, {
    code: "settings.invalid",
    whole: "the options are no object; give { dir }",
  });
  const { dir } = options as { readonly dir: string };
  if (dir === MEMORY)
    throw new ColonyError(
      "settings.invalid",
      `dir is "${MEMORY}", which stands for a colony without a folder, and only the process that has opened it has that; give a colony folder, as "./${MEMORY}" where it is named so`,
    );
}

const FOLDER: OptionTable = {
  dir: {
    fits: z.string().refine((text) => text.trim() !== ""),
    give: "a colony folder",
    required: true,
  },
};

function said(
  call: string,
  code: ErrorCode,
): { readonly code: ErrorCode; readonly whole: string; readonly of: string } {
  return { code, whole: `the options of ${call} are no object; leave them out, or give one`, of: call };
}
