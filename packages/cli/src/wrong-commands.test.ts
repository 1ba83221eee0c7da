import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SILENT_LOGGER } from "@colony/core";
import { defineTool, defineWorker, openColony, type Colony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { GLOBAL_OPTIONS, type Option } from "./arguments/option.ts";
import { COMMANDS } from "./commands/commands.ts";
import type { Environment } from "./io/io.ts";
import { SETTING_VARIABLES } from "./settings/resolve-settings.ts";
import { makePlace, type Place } from "./testing/command-line.ts";
import { inProcess } from "./testing/in-process.ts";

// Every command typed wrong in every way, in this very process: each is one sentence, an exit code, and nothing else.

/** How each command is typed right. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  chat: [],
  run: ["hello"],
  inject: ["hello"],
  inbox: [],
  answer: ["asks", "red"],
  approve: ["pays"],
  deny: ["pays"],
  send: ["open", "hello"],
  cancel: ["asks"],
  close: ["open"],
  reopen: ["shut"],
  stop: [],
  dismiss: ["open"],
  remove: ["shut"],
  workers: [],
  show: ["open"],
  log: [],
  trigger: ["add", "go", "--every", "1h"],
  host: [],
  seed: ["--from", "talk.jsonl"],
  export: ["open"],
  prune: ["--dry-run"],
  budget: [],
  init: [],
  doctor: [],
  help: ["run"],
};

/** A colony is looked at or written to, and has to be there. */
const NEEDS_COLONY = Object.keys(RIGHT).filter(
  (name) => !["chat", "run", "host", "seed", "init", "doctor", "help"].includes(name),
);
/** Of these a colony in memory makes no sense. */
const NEEDS_FOLDER = [...NEEDS_COLONY, "host", "seed"];
const OPENS_COLONY = [...NEEDS_FOLDER, "chat", "run"];

const long = (length: number): string => "x".repeat(length);
type Wrong = readonly [value: string, sentence: string, code?: 1];

/** A value that each option may not have, by command; undefined where any text will do. */
const VALUES: Readonly<Record<string, Readonly<Record<string, Wrong | undefined>>>> = {
  inject: {
    to: ["nobody", 'there is no worker "nobody" in this colony', 1],
    mode: ["later", 'there is no mode "later"; modes are queue, steer, interrupt'],
    key: [long(1_001), "give a text of 1 to 1000 characters"],
  },
  answer: { for: ["size", 'there is no question "size"; asked were: "color"', 1] },
  approve: {
    input: ["{sum: 5", '--input is "{sum: 5", which is not JSON'],
    always: ["forever", '--always "forever" is no scope'],
  },
  deny: { reason: [long(10_001), "give a text of at most 10000 characters"] },
  send: {
    mode: ["quue", 'there is no mode "quue"; did you mean "queue"?'],
    key: [long(1_001), "give a text of 1 to 1000 characters"],
  },
  cancel: { reason: [long(10_001), "give a text of at most 10000 characters"] },
  close: { reason: [long(10_001), "give a text of at most 10000 characters"] },
  stop: { reason: [long(10_001), "give a text of at most 10000 characters"] },
  workers: {
    status: ["runing", '--status is "runing"; did you mean "running"?'],
    definition: undefined,
    parent: ["nobody", 'there is no worker "nobody" in this colony', 1],
    batch: undefined,
    owner: undefined,
    limit: ["1001", '--limit is "1001"; give a whole number from 1 to 1000'],
    cursor: ["x", 'the cursor "x" is none that a list has given'],
  },
  show: {
    messages: ["few", '--messages is "few"; give a whole number'],
    call: ["2", "--call says which model call --prompt shows; give --prompt too"],
  },
  log: {
    types: ["EXECUTION_COMPLETE", 'did you mean "EXECUTION_COMPLETED"?'],
    worker: ["nobody", 'there is no worker "nobody" in this colony', 1],
    after: ["soon", '--after is "soon"; give a whole number'],
    limit: ["-1", '--limit is "-1"; give a whole number'],
  },
  trigger: {
    cron: ["daily", "--cron and --every do not go together"],
    every: ["often", '--every is "often"; give a time such as 30s, 15m or 24h'],
    at: ["noon", "--every and --at do not go together"],
    zone: ["Mars", "--zone says nothing beside --every; it goes with --cron and --at"],
    id: ["../x", "give 1 to 64 letters"],
    to: ["nobody", 'there is no worker "nobody" in this colony', 1],
    mode: ["later", '--mode is "later"; choose one of queue, steer, interrupt'],
    missed: ["most", '--missed is "most"'],
    body: ["x", '"trigger add" has no option --body; it belongs to: trigger fire'],
    key: ["x", '"trigger add" has no option --key; it belongs to: trigger fire'],
  },
  seed: {
    from: ["nothing-here", "there is nothing at ", 1],
    agent: ["nobody", 'there is no worker "nobody" in this colony', 1],
  },
  export: {
    format: ["pdf", 'there is no format "pdf"; formats are md, jsonl, parts'],
    out: ["README.md", "is there already; it is left as it is, name another file"],
  },
  prune: { "older-than": ["soon", '--older-than is "soon"; give a time such as 24h, 30m or 0s'] },
  budget: {
    usd: ["lots", '--usd is "lots"; give a number from 0, as in --usd 20, or none'],
    tokens: ["-1", '--tokens is "-1"; give a whole number from 0'],
    "tool-calls": ["1.5", '--tool-calls is "1.5"; give a whole number'],
    workers: ["1e3", '--workers is "1e3"; give a whole number'],
    wall: ["long", '--wall is "long"; give a time, as in --wall 10m'],
    depth: ["deep", '--depth is "deep"; give a whole number'],
  },
};

/** The same for the options that every command has. */
const GLOBAL_VALUES: Readonly<Record<string, Wrong | undefined>> = {
  dir: [" ", '--dir is " "; name a folder'],
  workspace: [" ", '--workspace is " "; name a folder'],
  file: [" ", '--file is " "; name a file'],
  // What it names is asked for where a model is needed: `run` and `doctor` say so.
  model: undefined,
  concurrency: ["0", '--concurrency is "0"; give a whole number from 1 to 100000'],
  "budget-usd": ["-1", '--budget-usd is "-1"; give a number from 0'],
  "budget-tokens": ["lots", '--budget-tokens is "lots"; give a whole number from 0'],
  "budget-wall": ["long", '--budget-wall is "long"; give a time such as 90s, 10m or 2h'],
  prices: ["free", '--prices is "free"; give '],
  grace: ["3601", '--grace is "3601"; give seconds from 0 to 3600'],
  retention: ["long", '--retention is "long"; give a time such as 24h, or forever'],
  "notify-command": [" ", '--notify-command is " "; give a command as for a shell'],
  "notify-webhook": ["nowhere", '--notify-webhook is "nowhere"'],
};

/** And for what is set in the environment. */
const VARIABLES: Readonly<Record<string, readonly [value: string, sentence: string] | undefined>> = {
  COLONY_DIR: [" ", "name a folder"],
  COLONY_WORKSPACE: [" ", "name a folder"],
  COLONY_FILE: [" ", "name a file"],
  COLONY_MODEL: undefined,
  COLONY_CONCURRENCY: ["100001", "give a whole number from 1 to 100000"],
  COLONY_BUDGET_USD: ["lots", "give a number from 0"],
  COLONY_BUDGET_TOKENS: ["-1", "give a whole number from 0"],
  COLONY_BUDGET_WALL: ["long", "give a time such as 90s, 10m or 2h"],
  COLONY_PRICES: ["free", "give "],
  COLONY_RETENTION: ["-1h", "give a time such as 24h, or forever"],
  COLONY_GRACE: ["0x10", "give seconds from 0 to 3600"],
  COLONY_NOTIFY_COMMAND: [" ", "give a command as for a shell"],
  COLONY_NOTIFY_WEBHOOK: ["ftp://host/", "give an http or https address"],
  COLONY_NOTIFY_SECRET: undefined,
  COLONY_LOG_LEVEL: ["loud", "choose one of "],
  COLONY_OFFLINE_THINK_MS: ["Infinity", "give milliseconds from 0 to 600000"],
};

interface Case {
  readonly argv: readonly string[];
  readonly says: string;
  readonly code: 1 | 2;
  readonly env?: Environment;
}

const wrong = (argv: readonly string[], says: string, code: 1 | 2 = 2): Case => ({ argv, says, code });

/** What did not answer as it should. */
async function slips(cases: readonly Case[], cwd: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { argv, says, code, env = {} } of cases) {
    const ended = await inProcess(argv, { cwd, env });
    const isRight = ended.code === code && ended.stdout === "" && ended.stderr.includes(says);
    const isOneSentence = /^error: [^\n]{15,700}\n$/u.test(ended.stderr);
    if (!isRight || !isOneSentence)
      found.push(
        `${argv.join(" ").slice(0, 100)}: ${ended.code}: ${ended.stdout}${ended.stderr.slice(0, 500)}`,
      );
  }
  return found;
}

const valued = (options: readonly Option[]): readonly string[] =>
  options.flatMap(({ name, value }) => (value === undefined ? [] : [name]));

describe("what is typed wrong is one sentence on standard error and exit code 2, and nothing is made", () => {
  let place: Place;
  beforeAll(() => {
    place = makePlace();
    place.write("talk.jsonl", `${JSON.stringify({ role: "user", origin: "seed", text: "hello" })}\n`);
  });
  afterAll(() => place[Symbol.dispose]());

  const none = async (cases: readonly Case[]): Promise<void> => {
    expect(await slips(cases, place.path)).toEqual([]);
    expect(readdirSync(place.path).toSorted()).toEqual(["README.md", "docs", "src", "talk.jsonl", "tools"]);
  };

  it("every command, and every option with a value, has been tried wrong", () => {
    expect(Object.keys(RIGHT)).toEqual(COMMANDS.map(({ name }) => name));
    const tried = Object.entries(VALUES).map(([name, values]) => [name, Object.keys(values)]);
    const there = COMMANDS.map(({ name, options }) => [name, valued(options)] as const);
    expect(Object.fromEntries(tried)).toEqual(
      Object.fromEntries(there.filter(([, options]) => options.length > 0)),
    );
    expect(Object.keys(GLOBAL_VALUES)).toEqual(valued(GLOBAL_OPTIONS));
    expect(Object.keys(VARIABLES)).toEqual(SETTING_VARIABLES);
  });

  it.each(COMMANDS)("$name", async ({ name, positional, rest, options }) => {
    const right = RIGHT[name] ?? [];
    const cases = [
      wrong([name, ...right, "--nope"], `"${name}" has no option --nope`),
      ...(positional?.required === true ? [wrong([name], `"${name}" needs a`)] : []),
      ...(rest?.required === true ? [wrong([name, "x"], `"${name}" needs a`)] : []),
      ...(positional === undefined
        ? [wrong([name, "extra"], `"${name}" takes no argument, and "extra" is one`)]
        : []),
      ...(positional !== undefined && rest === undefined
        ? [wrong([name, "x", "extra"], `"${name}" takes one ${positional.name} and was given 2`)]
        : []),
      ...[...GLOBAL_OPTIONS, ...options].map((option) =>
        option.value === undefined
          ? wrong([name, ...right, `--${option.name}=yes`], `--${option.name} takes no value`)
          : wrong([name, ...right, `--${option.name}`], `--${option.name} needs a value`),
      ),
      ...Object.entries(GLOBAL_VALUES).flatMap(([option, value]) =>
        value === undefined ? [] : [wrong([name, ...right, `--${option}`, value[0]], value[1])],
      ),
    ];
    // "help" explains whatever else is typed, and so does an option of that name.
    await none(name === "help" ? cases.filter(({ argv }) => !argv.includes("-1")) : cases);
  });

  it.each(NEEDS_COLONY)("%s needs a colony to be there, and makes none", async (name) => {
    const right = [name, ...(RIGHT[name] ?? [])];
    await none([
      wrong(
        [...right, "--dir", "elsewhere"],
        'elsewhere yet; "colony run", "colony chat" or "colony host" makes',
        1,
      ),
    ]);
  });

  it.each(NEEDS_FOLDER)("%s has nothing to do with a colony in memory", async (name) => {
    await none([wrong([name, ...(RIGHT[name] ?? []), "--dir", "memory"], "a colony in memory ")]);
  });

  it.each(OPENS_COLONY)("%s says that a file is in the way", async (name) => {
    const right = [name, ...(RIGHT[name] ?? [])];
    expect(
      await slips([wrong([...right, "--dir", "README.md"], "a file is in the way")], place.path),
    ).toEqual([]);
  });

  it("a variable is named with its value", async () => {
    await none(
      Object.entries(VARIABLES).flatMap(([name, wrongly]) => {
        if (wrongly === undefined) return [];
        const [value, sentence] = wrongly;
        return [{ ...wrong(["workers"], `${name} is "${value}"; ${sentence}`), env: { [name]: value } }];
      }),
    );
  });

  it("what stands in no table", async () => {
    const cases = [
      wrong(["wrokers"], 'there is no command "wrokers"; did you mean "workers"?'),
      wrong(["run", "-"], "standard input was empty"),
      wrong(["inject", "-"], "standard input was empty"),
      wrong(["send", "open", "-"], "standard input was empty"),
      wrong(["run", "x", "--model", "gpt-5"], "names no provider and model"),
      wrong(["seed"], '"seed" needs to know where the conversation lies'),
      wrong(["export", "open", "--format", "parts"], "parts is a folder, so say where: --out PATH"),
      wrong(["export", "open", "--json"], '"export" writes no --json; use --format jsonl'),
      wrong(["show", "open", "--prompt", "--messages", "3"], "leave --messages out"),
      wrong(["show", "open", "--prompt", "--call", "last"], '--call is "last"; give a whole number'),
      wrong(["workers", "--status", ","], '--status is ""; give one of '),
      wrong(["trigger", "ad"], 'there is no "trigger ad"; did you mean "add"?'),
      wrong(["trigger", "add", "go"], '"trigger add" needs one of --cron, --every, --at and --webhook'),
      wrong(["trigger", "add", "--every", "1h"], '"trigger add" needs a text'),
      wrong(["trigger", "add", "go", "--every", "1h", "--mode", "quee"], 'did you mean "queue"?'),
      wrong(["trigger", "list", "build"], '"trigger list" takes no argument, and "build" is one'),
      wrong(
        ["trigger", "list", "--every", "1h"],
        '"trigger list" has no option --every; it belongs to: trigger add',
      ),
      wrong(["trigger", "remove"], '"trigger remove" needs the id of a trigger'),
      wrong(["trigger", "remove", "a", "b"], '"trigger remove" takes one id and was given 2'),
      wrong(["trigger", "remove", "a", "--replace"], '"trigger remove" has no option --replace'),
      wrong(["trigger", "fire"], '"trigger fire" needs the id of a trigger'),
      wrong(["trigger", "fire", "a", "--cron", "x"], '"trigger fire" has no option --cron'),
      wrong(["init", "--file", "colony.ts"], "what is written is YAML"),
      wrong(["init", "--file", "nowhere/colony.yaml"], "there is no folder for "),
      wrong(["help", "rnu"], 'did you mean "run"?'),
    ];
    expect(await slips(cases, place.path)).toEqual([]);
  });
});

describe("a colony in which each worker is in a state of its own", () => {
  let place: Place;
  let held: Colony;
  beforeAll(async () => {
    place = makePlace();
    place.write("talk.jsonl", `${JSON.stringify({ role: "user", origin: "seed", text: "hello" })}\n`);
    held = await openStates(join(place.path, ".colony"));
  });
  afterAll(async () => {
    await held.close();
    place[Symbol.dispose]();
  });

  /** Nothing is recorded either, now or when its owner takes what was sent. */
  const none = async (cases: readonly Case[]): Promise<void> => {
    const head = held.head();
    expect(await slips(cases, place.path)).toEqual([]);
    expect(held.head()).toBe(head);
  };

  it.each(Object.entries(VALUES))("%s refuses values that its options may not have", async (name, values) => {
    // An option that stands there twice counts as it was typed last.
    const right = [name, ...(RIGHT[name] ?? [])];
    await none(
      Object.entries(values).flatMap(([option, value]) =>
        value === undefined ? [] : [wrong([...right, `--${option}`, value[0]], value[1], value[2] ?? 2)],
      ),
    );
  });

  const nobody = (...argv: readonly string[]): Case =>
    wrong(argv, 'there is no worker "nobody" in this colony', 1);

  it("an id of nobody is refused by every command that takes one", async () => {
    const commands = ["cancel", "close", "reopen", "stop", "dismiss", "remove", "show", "export"];
    await none([
      ...commands.map((name) => nobody(name, "nobody")),
      ...commands.map((name) => wrong([name, "gone"], 'there is no worker "gone" in this colony', 1)),
      nobody("send", "nobody", "hello"),
      wrong(["answer", "nobody", "red"], 'no question "nobody" waits for you', 1),
      wrong(["approve", "nobody"], 'no approval "nobody" waits for you', 1),
      wrong(["deny", "nobody"], 'no approval "nobody" waits for you', 1),
      wrong(["show", long(5_000)], 'there is no worker "xxx', 1),
      wrong(["answer", "9", "red"], "there is no number 9 in the inbox; it has 1, 2", 1),
      wrong(["approve", "9"], "there is no number 9 in the inbox", 1),
      wrong(["deny", "9"], "there is no number 9 in the inbox", 1),
      wrong(["show", "open", "--prompt", "--call", "99"], "has no model call 99", 1),
      wrong(["log", "--after", "999999"], "999999", 1),
      wrong(
        ["trigger", "add", "go", "--cron", "0 9 * * *", "--zone", "Mars"],
        'there is no time zone "Mars"',
      ),
      wrong(["trigger", "add", "go", "--cron", "daily"], 'the cron pattern "daily" will not do'),
      wrong(["trigger", "add", "go", "--at", "noon"], 'at of the trigger is "noon"'),
      wrong(
        ["trigger", "add", "go", "--at", "2020-01-01T00:00"],
        "which is over; give a time that is to come",
      ),
      wrong(["trigger", "add", "go", "--every", "1ms"], "from a second to a century"),
      wrong(["trigger", "add", "go", "--every", "1h", "--to", "shut"], "is closed", 1),
    ]);
  });

  it("so is what cannot be done in a state", async () => {
    await none([
      wrong(["send", "shut", "hello"], 'agent "shut" is closed and takes no more inputs', 1),
      wrong(["inject", "hello", "--to", "done"], 'agent "done" is closed', 1),
      wrong(["inject", " ", "--to", "open"], '"inject" needs a text'),
      wrong(["inject", "other", "--key", "once"], 'idempotency key "once" was used before', 1),
      wrong(["cancel", "open"], "is not at work; there is nothing to cancel", 1),
      wrong(["cancel", "shut"], "is not at work", 1),
      wrong(["close", "overseer"], "is the overseer, which is never closed", 1),
      wrong(["reopen", "done"], 'worker "done" is ephemeral', 1),
      wrong(["dismiss", "overseer"], "is the overseer, which is never dismissed", 1),
      wrong(["remove", "overseer"], "is the overseer, which is never removed", 1),
      wrong(["answer", "asks", "green"], '"green" is none of the options; give one of: 1 red, 2 blue', 1),
      wrong(["answer", "asks", "3"], '"3" is none of the options', 1),
      wrong(["answer", "pays", "red"], "does not wait for an answer (any more)", 1),
      wrong(["answer", "open", "red"], "does not wait for an answer (any more)", 1),
      wrong(["approve", "asks"], "does not wait for an approval (any more)", 1),
      wrong(["deny", "open"], "does not wait for an approval (any more)", 1),
      wrong(["prune"], `process ${process.pid} has `, 1),
      wrong(["run", "hello"], `process ${process.pid} has had the colony in`, 1),
      wrong(["budget", "--usd", "none"], "a limit can be lifted only while nobody has the colony open", 1),
    ]);
  });

  it("what its owner alone can know is refused by its owner, and the refusal is on record", async () => {
    for (const [argv, says, code] of [
      [["trigger", "add", "go", "--every", "1h", "--id", "build"], 'there is a trigger "build" already', 1],
      [["trigger", "remove", "nope"], 'there is no trigger "nope"; there are: build', 1],
      [["trigger", "fire", "constructor"], 'there is no trigger "constructor"; there are: build', 1],
      [["remove", "open"], 'worker "open" is idle; close or stop it before removing it', 1],
      [["approve", "pays", "--input", '{"sum": "5"}'], 'the input for "pay" does not fit: sum: ', 1],
      [["trigger", "fire", "build", "--body", "x"], "is no webhook and takes no body", 2],
    ] as const) {
      const head = held.head();
      expect(await slips([wrong(argv, says, code)], place.path)).toEqual([]);
      const refused = await held.waitFor({ types: ["LETTER_REFUSED"] }, { after: head, timeoutMs: 0 });
      expect(refused?.data).toMatchObject({ message: expect.stringContaining(says) as string });
    }
  });
});

const COLOR = { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false };
const CALLS = [
  { task: "ask now", name: "escalate", input: { questions: [COLOR] } },
  { task: "pay now", name: "pay", input: { sum: 5 } },
] as const;

/** Opens it, with a worker in each state, named after that. */
async function openStates(dir: string): Promise<Colony> {
  const model = createScriptedModel(({ prompt }) => {
    const words = JSON.stringify(prompt.filter(({ role }) => role !== "system"));
    const call = CALLS.find(({ task }) => words.includes(task));
    return call === undefined ? { text: "done" } : { toolCalls: [{ id: "c1", ...call }] };
  });
  const pay = defineTool({
    name: "pay",
    description: "Pays a sum.",
    input: z.object({ sum: z.number() }),
    needsApproval: true,
    run: ({ sum }) => `paid ${sum}`,
  });
  const colony = await openColony({
    dir,
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: { model },
    workers: {
      once: defineWorker({ model, tools: [pay] }),
      staying: defineWorker({ model, lifetime: "persistent" }),
    },
  });
  for (const name of ["open", "shut", "gone"])
    await (await colony.spawn("staying", { task: "be done", name })).wait();
  await (await colony.spawn("once", { task: "be done", name: "done" })).wait();
  await colony.worker("shut").close();
  await colony.worker("gone").close();
  await colony.worker("gone").remove();
  await colony.spawn("once", { task: "ask now", name: "asks" });
  await colony.spawn("once", { task: "pay now", name: "pays" });
  await (await colony.inject("hello", { idempotencyKey: "once" })).reply();
  await colony.triggers.set({ id: "build", everyMs: 3_600_000, text: "is it green?" });
  await colony.idle();
  return colony;
}
