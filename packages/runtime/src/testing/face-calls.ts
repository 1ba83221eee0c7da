import { call, object, options, telling, value, type CallRow, type Slot } from "./call-table.ts";

// What each call of each face may be given. A call that is not here is one that nobody has tried to get wrong.

/** The calls of a face by name. */
type FaceCalls = Readonly<Record<string, CallRow>>;

const USAGE = ["usage.invalid"] as const;
const WHY = { reason: "text" } as const;
const CALL_OFF = { ...WHY, confirm: "flag" } as const;
const WAIT = { timeoutMs: "ms", signal: "signal" } as const;
const STAY = { signal: "signal" } as const;
const AGE = { olderThanMs: "ms" } as const;
const FEED = { after: "whole", until: "whole", signal: "signal", query: "options" } as const;
const BUDGET = {
  usd: "amount",
  tokens: "amount",
  toolCalls: "whole",
  workers: "whole",
  depth: "whole",
  wallMs: "amount",
} as const;
const QUERY = {
  types: "list",
  agentId: "text",
  concerning: "text",
  parentId: "text",
  executionId: "text",
  correlationId: "text",
} as const;
const INJECT = { mode: "word", idempotencyKey: "key", files: "list" } as const;
const LIST = {
  owner: "text",
  status: "word",
  parent: "text",
  definition: "text",
  batch: "text",
  dismissed: "word",
  past: "word",
  limit: "fromOne",
  cursor: "word",
} as const;
const SPAWN = {
  task: "text",
  name: "text",
  label: "text",
  notify: "flag",
  priority: "number",
  parent: "word",
  toolSet: "options",
  profile: "object",
  seed: "object",
  budget: "options",
} as const;
const TRIGGER = {
  id: "key",
  text: "key",
  to: "text",
  mode: "word",
  missed: "word",
  replace: "flag",
  cron: "word",
  zone: "word",
  everyMs: "word",
  anchor: "number",
  at: "word",
  webhook: "flag",
} as const;

const agent = value("text", "open");
const messages = object(
  { messages: "list" },
  { messages: [{ role: "user", origin: "seed", text: "hello" }] },
);
const trigger = object(TRIGGER, { everyMs: 1_000, text: "go" });

const inject = call(["input.invalid"], value("text", "hi"), options(INJECT));
/** How people answer what one agent waits for. */
const ASKED: FaceCalls = {
  pending: telling([]),
  answer: call(["usage.invalid", "answer.invalid"], value("answer", "red"), options({ call: "text" })),
  approve: call(USAGE, options({ input: "json", always: "word", call: "text" })),
  deny: call(USAGE, options({ ...WHY, call: "text" })),
};

const SET: readonly Slot[] = [trigger];
const FIRE = { body: "text", idempotencyKey: "key" } as const;

/** What an agent's handle can be asked. */
export const HANDLE: FaceCalls = {
  inject,
  send: inject,
  wait: call(USAGE, options(WAIT, { timeoutMs: 0 })),
  report: call(USAGE, options(WAIT, { timeoutMs: 0 })),
  snapshot: call([]),
  state: call([]),
  conversation: call([]),
  cancel: call(USAGE, options(WHY)),
  stop: call(USAGE, options(WHY)),
  close: call(USAGE, options(WHY)),
  reopen: call([]),
  dismiss: call([]),
  remove: call([]),
  seed: call(["seed.unreadable"], messages),
  ...ASKED,
};

/** The same for one of several people. */
export const HANDLE_FOR: FaceCalls = {
  ...HANDLE,
  cancel: call(USAGE, options(CALL_OFF, { confirm: true })),
  stop: call(USAGE, options(CALL_OFF, { confirm: true })),
  close: call(USAGE, options(CALL_OFF, { confirm: true })),
  remove: call(USAGE, options({ confirm: "flag" }, { confirm: true })),
};

/** What a colony can be asked. */
export const COLONY: FaceCalls = {
  inject,
  spawn: call(
    ["spawn.refused", "definition.not_found", "seed.unreadable"],
    value("word", "once"),
    object(SPAWN, { task: "be done" }),
  ),
  seed: call(["seed.unreadable"], messages),
  agent: telling(USAGE, agent),
  worker: telling(USAGE, agent),
  agents: telling([]),
  list: telling(USAGE, options(LIST)),
  running: telling([]),
  prunable: call(USAGE, options(AGE)),
  prune: call(USAGE, options(AGE)),
  stop: call(USAGE, options(WHY)),
  budget: telling([]),
  setBudget: call(["settings.invalid"], options(BUDGET)),
  select: telling(USAGE, options(QUERY)),
  pulses: telling(USAGE, options({ types: "list", agentId: "text", executionId: "text" })),
  feed: call(USAGE, options(FEED)),
  waitFor: call(
    USAGE,
    { ...options(QUERY), kind: "optionsOrList" },
    options({ ...WAIT, after: "whole" }, { timeoutMs: 0 }),
  ),
  pending: telling([]),
  answer: call(["usage.invalid", "answer.invalid"], value("text", "asks"), value("answer", { color: 1 })),
  approve: call(USAGE, value("text", "pays"), options({ input: "json", always: "word" })),
  deny: call(USAGE, value("text", "pays"), options(WHY)),
  setToolApproval: call(["usage.invalid", "tool.unknown"], value("word", "pay"), value("flag", true)),
  head: telling([]),
  stats: telling([]),
  blob: call(USAGE, value("text", "a".repeat(64))),
  idle: call(USAGE, options(STAY)),
  as: telling(USAGE, object({ id: "key", role: "word" }, { id: "bob", role: "operator" })),
  close: telling([]),
};

const SHARED = [
  "inject",
  "spawn",
  "agent",
  "worker",
  "agents",
  "list",
  "pending",
  "answer",
  "approve",
  "deny",
  "select",
  "feed",
];

/** The same for one of several people. */
export const COLONY_FOR: FaceCalls = Object.fromEntries(
  Object.entries(COLONY).filter(([name]) => SHARED.includes(name)),
);

/** What triggers can be asked. */
export const TRIGGERS: FaceCalls = {
  set: call(["trigger.invalid"], ...SET),
  list: telling([]),
  remove: call(["trigger.invalid"], value("text", "build")),
  fire: call(["trigger.invalid"], value("text", "hook"), options(FIRE)),
};

/** What the receipt of an input can be asked. */
export const RECEIPT: FaceCalls = {
  outcome: call(USAGE, options(STAY)),
  reply: call(USAGE, options(STAY)),
  withdraw: call(USAGE, options(WHY)),
};

/** What can be asked beside the process that has the colony open. */
export const SENDER: FaceCalls = {
  inject: call(["input.invalid"], value("text", "hi"), options({ ...INJECT, to: "text" })),
  cancel: call(USAGE, value("text", "busy"), options(WHY)),
  stop: call(USAGE, options({ agent: "text", ...WHY })),
  ask: call(USAGE, value("word", "dismiss"), agent, options(WHY)),
  answer: call(["usage.invalid", "answer.invalid"], value("text", "asks"), value("answer", { color: 1 })),
  approve: call(USAGE, value("text", "pays"), options({ input: "json", always: "word" })),
  deny: call(USAGE, value("text", "pays"), options(WHY)),
  setBudget: call(["settings.invalid"], options(BUDGET)),
  close: telling([]),
};

/** What can be asked of triggers there. */
export const SENT_TRIGGERS: FaceCalls = {
  set: call(["trigger.invalid"], ...SET),
  remove: call(["trigger.invalid"], value("text", "build")),
  fire: call(["trigger.invalid"], value("text", "hook"), options(FIRE)),
};

/** What can be asked of an input that was sent. */
export const SENT: FaceCalls = {
  taken: call(USAGE, options(STAY)),
  outcome: call(USAGE, options(STAY)),
  reply: call(USAGE, options(STAY)),
};

const overseer = value("word", "overseer");
const UNKNOWN = ["usage.invalid", "agent.not_found"] as const;

/** What a reader can be asked. */
export const READER: FaceCalls = {
  agents: telling([]),
  list: telling(USAGE, options({ ...LIST, retentionMs: "ms" })),
  prunable: call(USAGE, options(AGE)),
  pending: telling([]),
  find: telling(USAGE, agent),
  agent: call(UNKNOWN, overseer),
  conversation: call(UNKNOWN, overseer),
  report: call(UNKNOWN, overseer),
  prompt: call(UNKNOWN, overseer, options({ call: "number" })),
  feed: call(USAGE, options(FEED)),
  head: telling([]),
  blob: call(USAGE, value("text", "a".repeat(64))),
  budget: telling([]),
  damages: telling([]),
  owner: telling([]),
  close: telling([]),
};
