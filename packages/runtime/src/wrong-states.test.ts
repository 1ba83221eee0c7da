import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { setFolderBudget } from "./folder-budget.ts";
import { openColonySender } from "./open-sender.ts";
import { openColonyReader } from "./reader.ts";
import { pruneFolder } from "./retention-folder.ts";
import type { ColonySender } from "./sender.ts";
import { everyState, type EveryState, type StateName } from "./testing/every-state.ts";
import { answerTo, callsOf, isOneSentence, type Answered } from "./testing/wrong-values.ts";
import { removeFolderTrigger, setFolderTrigger } from "./triggers/folder-triggers.ts";

// Every call with an id of nobody, or of something else, and in every state in which it cannot be done.

const LONG = "x".repeat(100_000);
const NOBODY = ["", "nobody", "w-000000000000", "constructor", "__proto__", "a\nb", LONG];
/** What goes by an id, and is no agent. */
const NO_AGENT = [...NOBODY, "colony", "build", "overseer/c1", "once"];

interface Row {
  readonly what: string;
  readonly do: () => unknown;
  /** The code, `: `, and words of the sentence; or all of it. */
  readonly says: string | RegExp;
}

function fits(says: string | RegExp, { refused, sentence }: Answered): boolean {
  if (typeof says !== "string") return says.test(`${refused}: ${sentence}`);
  const [code = ""] = says.split(": ", 1);
  return refused === code && sentence.includes(says.slice(code.length + 2));
}

/** What was not refused as it should be, or recorded something all the same. */
async function slips(rows: readonly Row[], head: () => number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { what, do: act, says } of rows) {
    const before = head();
    const { refused, sentence } = await answerTo(act);
    if (!fits(says, { refused, sentence }) || !isOneSentence(sentence))
      found.push(`${what}: ${refused}: ${sentence.slice(0, 600)}`);
    if (head() !== before) found.push(`${what}: something was recorded`);
  }
  return found;
}

let held: EveryState;
let colony: Colony;
beforeAll(async () => {
  held = await everyState();
  ({ colony } = held);
});
afterAll(() => colony.close());

const none = async (rows: readonly Row[]): Promise<void> =>
  expect(await slips(rows, () => colony.head())).toEqual([]);
/** As a program without types calls it. */
const loose = (face: object): Record<string, (...given: readonly unknown[]) => unknown> => face as never;

const unknown = (what: string, act: (id: string) => unknown, ids = NO_AGENT): readonly Row[] =>
  ids.map((id) => ({
    what: `${what} of ${JSON.stringify(id.slice(0, 20))}`,
    do: () => act(id),
    says: /^agent\.not_found: there is no agent ".{0,200}" in this colony$/u,
  }));

describe("an id of nobody is refused", () => {
  it("where an agent is meant", async () => {
    const { gone } = held.workers;
    await none([
      ...unknown("agent", (id) => colony.agent(id)),
      ...unknown("worker", (id) => colony.worker(id)),
      ...unknown("waitFor", (id) => colony.waitFor(["open", id])),
      ...unknown("waitFor a handle", (id) => colony.waitFor([{ id: id as never }])),
      ...unknown("triggers.set", (to) => colony.triggers.set({ everyMs: 1_000, text: "go", to })),
      ...unknown("agent of ada", (id) => colony.as({ id: "ada", role: "user" }).agent(id)),
      ...unknown("waitFor one that was removed", () => colony.waitFor([gone]), ["gone"]),
      ...unknown("agent that was removed", (id) => colony.agent(id), ["gone", gone.id]),
    ]);
  });

  it("where a definition is meant", async () => {
    await none(
      [...NOBODY, "overseer", "open"].map((id) => ({
        what: `spawn from ${JSON.stringify(id.slice(0, 20))}`,
        do: () => colony.spawn(id, { task: "be done" }),
        says: /^definition\.not_found: no worker definition ".{0,200}"; defined are: once, staying$/u,
      })),
    );
  });

  it("where something that waits is meant", async () => {
    const { pays } = held.workers;
    const calls: Readonly<Record<string, (id: string) => unknown>> = {
      answer: (id) => colony.answer(id, 1),
      approve: (id) => colony.approve(id),
      deny: (id) => colony.deny(id),
      "answer of ada": (id) => colony.as({ id: "ada", role: "user" }).answer(id, 1),
    };
    await none(
      Object.entries(calls).flatMap(([what, act]) =>
        [...NOBODY, "build", "once"].map((id) => ({
          what: `${what} ${JSON.stringify(id.slice(0, 20))}`,
          do: () => act(id),
          says: /^request\.not_found: nothing that waits goes by ".{0,200}"; waiting are: w-/u,
        })),
      ),
    );
    await none(
      ["overseer", "open", "done", `${pays.id}/c2`].map((id) => ({
        what: `approve ${id}`,
        do: () => colony.approve(id),
        says: "request.not_open: waits for no approval (any more); waiting are: ",
      })),
    );
  });

  it("where a trigger is meant", async () => {
    const rows = (what: string, act: (id: string) => unknown): readonly Row[] =>
      [...NOBODY, "overseer", held.workers.open.id].map((id) => ({
        what: `${what} ${JSON.stringify(id.slice(0, 20))}`,
        do: () => act(id),
        says: /^trigger\.not_found: there is no trigger ".{0,200}"; there are: build, hook$/u,
      }));
    await none([
      ...rows("remove", (id) => colony.triggers.remove(id)),
      ...rows("fire", (id) => colony.triggers.fire(id)),
    ]);
  });

  it("where a body, an event or a page is meant", async () => {
    const head = colony.head();
    await none([
      { what: "blob", do: () => colony.blob("0".repeat(64)), says: "blob.missing: no body with the" },
      { what: "blob", do: () => colony.blob(LONG), says: "usage.invalid: the address of a body is " },
      { what: "feed", do: () => colony.feed({ after: head + 1 }), says: `feed.beyond_head: ${head}` },
      { what: "list", do: () => colony.list({ cursor: "x" }), says: 'usage.invalid: cursor "x" is' },
      {
        what: "list",
        do: () => colony.list({ limit: 1_001 }),
        says: "usage.invalid: from 1 to 1000",
      },
    ]);
  });
});

it("a trigger may be called what members of every object are called", async () => {
  const { trigger } = await colony.triggers.set({ id: "constructor", everyMs: 3_600_000, text: "go" });
  expect(trigger).toMatchObject({ id: "constructor", fired: 0 });
  await colony.triggers.fire("constructor");
  expect(colony.triggers.list().find(({ id }) => id === "constructor")).toMatchObject({ fired: 1 });
  await colony.triggers.remove("constructor");
  expect(colony.triggers.list().map(({ id }) => id)).toEqual(["build", "hook"]);
  await colony.overseer.wait();
});

describe("what cannot be done in a state is refused", () => {
  type StateRow = readonly [StateName | "overseer", string, readonly unknown[], string];
  const seed = { messages: [{ role: "user", origin: "seed", text: "hello" }] };
  const removed: readonly StateRow[] = (
    [
      ["inject", ["hi"]],
      ["send", ["hi"]],
      ["wait", []],
      ["report", [{ timeoutMs: 0 }]],
      ["snapshot", []],
      ["state", []],
      ["conversation", []],
      ["cancel", []],
      ["stop", []],
      ["close", []],
      ["reopen", []],
      ["dismiss", []],
      ["remove", []],
      ["pending", []],
      ["answer", ["red"]],
      ["approve", []],
      ["deny", []],
      ["seed", [seed]],
    ] as const
  ).map(([name, given]) => ["gone", name, given, "agent.not_found: there is no agent "]);
  const rows: readonly StateRow[] = [
    ...removed,
    ["pruned", "conversation", [], 'agent.pruned: the conversation of worker "pruned" was pruned on '],
    ["pruned", "reopen", [], "agent.pruned: spawn a new one, its report is still there"],
    ["pruned", "inject", ["hi"], 'agent.closed: agent "pruned" is closed and takes no more inputs'],
    ["pruned", "seed", [seed], "agent.not_pending: only before the first execution starts"],
    ["shut", "inject", ["hi"], 'agent.closed: agent "shut" is closed'],
    ["shut", "send", ["hi", { mode: "interrupt" }], 'agent.closed: agent "shut" is closed'],
    ["shut", "cancel", [], "execution.ended: is not at work; there is nothing to cancel"],
    ["shut", "seed", [seed], "agent.not_pending: is closed; a conversation can be seeded only"],
    ["done", "inject", ["hi"], 'agent.closed: agent "done" is closed'],
    ["done", "cancel", [], "execution.ended: is not at work"],
    ["done", "reopen", [], 'agent.not_persistent: worker "done" is ephemeral'],
    ["open", "cancel", [], "execution.ended: is not at work"],
    ["open", "remove", [], 'agent.not_closed: worker "open" is idle; close or stop it before'],
    ["open", "seed", [seed], "agent.not_pending: is open; a conversation can be seeded only"],
    ["open", "answer", ["red"], "request.not_open: waits for no question"],
    ["open", "approve", [], "request.not_open: waits for no approval"],
    ["open", "deny", [], "request.not_open: waits for no approval"],
    ["hidden", "remove", [], 'agent.not_closed: worker "hidden" is idle'],
    ["busy", "remove", [], 'agent.not_closed: worker "busy" is running'],
    ["busy", "seed", [seed], "agent.not_pending: can be seeded only before"],
    ["busy", "wait", [{ signal: AbortSignal.abort() }], "wait.aborted: was called off"],
    ["busy", "report", [{ signal: AbortSignal.abort() }], "wait.aborted: was called off"],
    ["asks", "approve", [], "request.not_open: waits for no approval"],
    ["asks", "answer", ["red", { call: "c2" }], "request.not_open: waits for no question"],
    ["asks", "remove", [], "agent.not_closed: close or stop it before"],
    ["pays", "answer", ["red"], "request.not_open: waits for no question"],
    ["pays", "approve", [{ call: "c2" }], "request.not_open: waits for no approval"],
    ["pays", "approve", [{ input: { sum: "5" } }], "tool.invalid_input: the call still waits"],
    ["overseer", "close", [], "agent.not_a_worker: is the overseer, which is never closed"],
    ["overseer", "dismiss", [], "agent.not_a_worker: is the overseer, which is never dismissed"],
    ["overseer", "remove", [], "agent.not_a_worker: is the overseer, which is never removed"],
    ["overseer", "cancel", [], "execution.ended: is not at work"],
    ["overseer", "seed", [seed], "agent.not_pending: only before the first execution starts"],
  ];

  it("of an agent, and nothing at all of one that was removed", async () => {
    expect(removed.map(([, name]) => name).toSorted()).toEqual(callsOf(held.workers.gone));
    await none(
      rows.map(([who, name, given, says]) => ({
        what: `${who}.${name}`,
        do: () => loose(who === "overseer" ? colony.overseer : held.workers[who])[name]?.(...given),
        says,
      })),
    );
  });

  it("of what waits for people", async () => {
    const refused = (answers: unknown, says: string, who = "asks"): Row => ({
      what: `answer ${who} with ${JSON.stringify(answers).slice(0, 60)}`,
      do: () => colony.answer(who, answers as string),
      says,
    });
    await none([
      refused("red", "answer.invalid: asks 2 questions; answer each by its id: color, why"),
      refused({}, 'answer.invalid: no answer was given; answer "color", "why"'),
      refused({ size: 1 }, 'answer.invalid: there is no question "size"; asked were: "color", "why"'),
      refused({ constructor: 1 }, 'answer.invalid: there is no question "constructor"'),
      refused({ [LONG]: 1 }, "answer.invalid: there is no question "),
      refused({ color: 3 }, 'answer.invalid: "3" is none of the options; give one of: 1 red, 2 blue'),
      refused({ color: 0 }, 'answer.invalid: "0" is none of the options'),
      refused({ color: -1 }, 'answer.invalid: "-1" is none of the options'),
      refused({ color: 1.5 }, 'answer.invalid: "1.5" is none of the options'),
      refused({ color: "green" }, 'answer.invalid: "green" is none of the options'),
      refused({ color: LONG }, "answer.invalid: at most 20000 are taken"),
      refused({ why: "" }, "answer.invalid: the answer is empty"),
      refused({ why: null }, "answer.invalid: the answer: why is null; give a text"),
      refused({ color: 1, why: " " }, "answer.invalid: the answer is empty"),
      refused({ color: 2 }, "answer.invalid: has been answered already; the first answer stands", "answered"),
      refused({ color: 1 }, "request.not_open: waits for no question", "pays"),
      refused({ color: 1 }, "request.not_open: waits for no question", "open"),
    ]);
    const { asks, pays } = held.workers;
    await none([
      {
        what: "answer an approval",
        do: () => colony.answer(`${pays.id}/c1`, "yes"),
        says: "request.not_open: waits for an approval; approve or deny it",
      },
      {
        what: "deny a question",
        do: () => colony.deny(`${asks.id}/c1`),
        says: "request.not_open: waits for an answer; answer it",
      },
      {
        what: "approve with what does not fit",
        do: () => colony.approve("pays", { input: { sum: "5" }, always: "tool" }),
        says: 'tool.invalid_input: the input for "pay" does not fit: sum: ',
      },
      {
        what: "approve a tool that nobody has",
        do: () => colony.setToolApproval("pya", true),
        says: 'tool.unknown: there is no tool "pya" to approve (did you mean "pay"?)',
      },
    ]);
    // What is not there any more can still be taken back.
    const head = colony.head();
    await colony.setToolApproval("pya", false);
    expect(colony.head()).toBe(head);
  });

  it("of what is said or spawned", async () => {
    const spawned = (options: object, says: string): Row => ({
      what: `spawn with ${JSON.stringify(options).slice(0, 60)}`,
      do: () => colony.spawn("once", { task: "be done", ...options }),
      says,
    });
    const said = (text: string, options: object, says: string): Row => ({
      what: `inject ${JSON.stringify(text).slice(0, 30)} with ${JSON.stringify(options).slice(0, 60)}`,
      do: () => colony.inject(text, options),
      says,
    });
    await none([
      spawned({ name: "open" }, 'agent.name_taken: there is already an agent named "open"'),
      spawned({ name: "overseer" }, "spawn.refused: it is an id, or looks like one"),
      spawned({ name: "w-1" }, "spawn.refused: it is an id, or looks like one"),
      spawned({ name: "../x" }, "spawn.refused: cannot be used"),
      spawned({ name: "" }, 'spawn.refused: the name "" cannot be used'),
      spawned({ name: LONG }, "spawn.refused: 1 to 64 letters"),
      spawned({ label: "x".repeat(1_001) }, "spawn.refused: give a text of at most 1000 characters"),
      spawned({ task: " " }, "spawn.refused: the task is empty"),
      spawned({ task: "x".repeat(1_000_001) }, "spawn.refused: at most 1000000 characters"),
      spawned({ notify: true }, "spawn.refused: nobody would be told"),
      spawned({ profile: "ful" }, 'spawn.refused: (did you mean "full"?)'),
      spawned({ toolSet: { allow: ["pya"] } }, 'spawn.refused: (did you mean "pay"?)'),
      spawned({ toolSet: { deny: ["report_to_parent"] } }, "spawn.refused: cannot be denied"),
      spawned({ toolSet: { groups: ["nope"] } }, 'spawn.refused: names "nope"'),
      spawned({ budget: { usd: -1 } }, "spawn.refused: budget.usd is -1; give a number from 0"),
      spawned({ budget: { money: 1 } }, 'spawn.refused: a budget has no limit "money"'),
      spawned({ seed: { from: "/nowhere/at/all" } }, "seed.unreadable: /nowhere/at/all"),
      said("", {}, "input.invalid: is empty; give it a text"),
      said(" \n", {}, "input.invalid: is empty; give it a text"),
      said("x".repeat(1_000_001), {}, "input.invalid: at most 1000000 are taken"),
      said("hi", { idempotencyKey: "x".repeat(1_001) }, "input.invalid: 1 to 1000 characters"),
      said("another", { idempotencyKey: "once" }, 'input.key_conflict: idempotency key "once" was used'),
      said("hi", { files: [{ mediaType: "png", data: "AA==" }] }, "input.invalid: files[0].mediaType"),
      said("hi", { files: [{ mediaType: "image/png", data: "%" }] }, "input.invalid: files[0].data"),
      {
        what: "stop with a reason as long as a book",
        do: () => colony.stop({ reason: LONG }),
        says: "usage.invalid: give a text of at most 10000 characters",
      },
      {
        what: "a budget of money without a price",
        do: () => colony.setBudget({ usd: 1 }),
        says: "settings.invalid: the price of model ",
      },
    ]);
  });

  it("of a trigger", async () => {
    const set = (options: object, says: string): Row => ({
      what: `set ${JSON.stringify(options).slice(0, 80)}`,
      do: () => loose(colony.triggers)["set"]?.({ text: "go", ...options }),
      says,
    });
    const fire = (id: string, options: object, says: string): Row => ({
      what: `fire ${id} with ${JSON.stringify(options).slice(0, 60)}`,
      do: () => colony.triggers.fire(id, options),
      says,
    });
    await none([
      set({}, "trigger.invalid: give one of cron, everyMs, at and webhook"),
      set({ everyMs: 1_000, cron: "* * * * *" }, "trigger.invalid: both cron and everyMs"),
      set({ everyMs: 999 }, "trigger.invalid: 1000 at least"),
      set({ everyMs: 1e15 }, "trigger.invalid: everyMs of the trigger is 1000000000000000"),
      set({ cron: "every day" }, 'trigger.invalid: the cron pattern "every day" will not do'),
      set({ cron: "0 0 30 2 *" }, "trigger.invalid: no date is like that"),
      set({ cron: "0 9 * * *", zone: "Mars" }, 'trigger.invalid: there is no time zone "Mars"'),
      set({ at: 1 }, "trigger.invalid: which is over; give a time that is to come"),
      set({ at: "tomorrow" }, 'trigger.invalid: at of the trigger is "tomorrow"'),
      set({ everyMs: 1_000, zone: "UTC" }, "trigger.invalid: says nothing beside everyMs"),
      set({ webhook: { token: "short" } }, "trigger.invalid: 16 to 500 characters"),
      set({ webhook: { secret: "x" } }, "trigger.invalid: webhook."),
      set({ everyMs: 1_000, text: " " }, "trigger.invalid: say what its agent is to be told"),
      set({ everyMs: 1_000, text: "{{body}}" }, "trigger.invalid: in the trigger's text "),
      set({ everyMs: 1_000, text: "x".repeat(500_001) }, "trigger.invalid: 1 to 500000 characters"),
      set({ everyMs: 1_000, id: "x".repeat(65) }, "trigger.invalid: 1 to 64 letters"),
      set({ everyMs: 1_000, id: "../x" }, "trigger.invalid: 1 to 64 letters"),
      set({ everyMs: 1_000, evry: 1 }, "trigger.invalid: there is no option evry"),
      set({ everyMs: 1_000, id: "build" }, 'trigger.exists: there is a trigger "build" already'),
      set({ everyMs: 1_000, to: "shut" }, "agent.closed: is closed"),
      set({ everyMs: 1_000, to: "done" }, 'trigger.invalid: worker "done" does one task and is gone then'),
      fire("build", { body: "x" }, "trigger.invalid: is no webhook and takes no body"),
      fire("build", { token: "0123456789abcdef" }, "trigger.not_found: no webhook of that id and token"),
      fire("hook", { token: "wrong" }, "trigger.not_found: no webhook of that id and token"),
      fire("hook", { token: undefined }, "trigger.not_found: no webhook of that id and token"),
      fire("hook", { body: "x".repeat(65_537) }, "trigger.invalid: at most 65536 bytes"),
      fire("hook", { body: "x", idempotencyKey: "x".repeat(501) }, "trigger.invalid: 1 to 500 characters"),
    ]);
  });

  it("by somebody who may not", async () => {
    const bob = colony.as({ id: "bob", role: "user" });
    const boss = colony.as({ id: "boss", role: "operator" });
    const denied = (what: string, act: () => unknown, says: string): Row => ({
      what,
      do: act,
      says,
    });
    await none([
      denied("agent", () => bob.agent("open"), 'agent.not_found: there is no agent "open"'),
      denied("worker", () => bob.worker(), "agent.target_required: no worker was named, and none is open"),
      denied("inject", () => bob.inject("hi"), 'agent.not_found: there is no agent "overseer"'),
      denied("answer", () => bob.answer("asks", { color: 1 }), "request.not_found: nothing waits for a"),
      denied(
        "spawn below the overseer",
        () => bob.spawn("once", { task: "be done", parent: "overseer" }),
        'agent.not_found: there is no agent "overseer"',
      ),
      denied(
        "spawn from the host's disk",
        () => bob.spawn("once", { task: "be done", seed: { from: "/etc" } as never }),
        "seed.unreadable: there is no option from of a seed for somebody",
      ),
      ...(["cancel", "stop", "close", "remove"] as const).map((name) =>
        denied(
          `${name} unconfirmed`,
          () => boss.agent("busy")[name](),
          `access.unconfirmed: give { confirm: true } to ${name} it all the same`,
        ),
      ),
      denied("overseer as a worker", () => boss.worker("overseer"), "agent.not_a_worker: is the overseer"),
    ]);
  });
});

describe("beside the process that has the colony open", () => {
  const root = mkdtempSync(join(tmpdir(), "colony-wrong-states-"));
  const dir = join(root, "colony");
  let elsewhere: EveryState;
  let sender: ColonySender;
  beforeAll(async () => {
    elsewhere = await everyState({ dir });
    sender = await openColonySender({ dir });
  });
  afterAll(async () => {
    await sender.close();
    await elsewhere.colony.close();
    rmSync(root, { recursive: true, force: true });
  });

  it("an id of nobody and a wrong state are refused at once, and nothing is sent", async () => {
    const { reader, triggers } = sender;
    const row = (what: string, act: () => unknown, says: string): Row => ({
      what,
      do: act,
      says,
    });
    const head = elsewhere.colony.head();
    const rows = [
      ...unknown("inject", (to) => sender.inject("hi", { to })),
      ...unknown("cancel", (id) => sender.cancel(id)),
      ...unknown("stop", (id) => sender.stop({ agent: id })),
      ...unknown("ask", (id) => sender.ask("close", id)),
      ...unknown("triggers.set", (to) => triggers.set({ everyMs: 1_000, text: "go", to })),
      ...unknown("reader.agent", (id) => reader.agent(id as never)),
      ...unknown("reader.conversation", (id) => reader.conversation(id as never)),
      ...unknown("reader.report", (id) => reader.report(id as never)),
      ...unknown("reader.prompt", (id) => reader.prompt(id as never)),
      ...unknown("one that was removed", (id) => sender.inject("hi", { to: id }), ["gone"]),
      row("inject closed", () => sender.inject("hi", { to: "shut" }), "agent.closed: is closed"),
      row("inject nothing", () => sender.inject(" "), "input.invalid: is empty"),
      row(
        "inject another under a key",
        () => sender.inject("another", { idempotencyKey: "once" }),
        'input.key_conflict: idempotency key "once" was used',
      ),
      row("cancel", () => sender.cancel("open"), "execution.ended: is not at work"),
      row("close", () => sender.ask("close", "overseer"), "agent.not_a_worker: is never closed"),
      row("reopen", () => sender.ask("reopen", "done"), "agent.not_persistent: is ephemeral"),
      row("answer", () => sender.answer("pays", 1), "request.not_open: waits for no question"),
      row("answer", () => sender.answer("asks", { color: 3 }), "answer.invalid: is none of the options"),
      row("answer", () => sender.answer("nobody", 1), "request.not_found: nothing that waits goes by"),
      row("approve", () => sender.approve("asks"), "request.not_open: waits for no approval"),
      row("deny", () => sender.deny("nobody"), "request.not_found: nothing that waits goes by"),
      row("triggers.set", () => triggers.set({ everyMs: 1, text: "go" }), "trigger.invalid: 1000 at least"),
      row(
        "prompt",
        () => reader.prompt(elsewhere.colony.overseer.id, { call: 99 }),
        'model_call.not_found: "overseer" has no model call 99',
      ),
      row("feed", () => reader.feed({ after: head + 1 }), `feed.beyond_head: ${head}`),
      row("blob", () => reader.blob("nothing"), "blob.missing: has no hash for a name"),
    ];
    expect(await slips(rows, () => reader.head())).toEqual([]);
    // What is sent is taken in order, and this changes nothing.
    await (await sender.inject("hello", { idempotencyKey: "once" })).taken();
    expect(elsewhere.colony.head()).toBe(head);
  });

  it("what only its owner can do is refused with who that is", async () => {
    const act = [
      () => setFolderBudget(dir, { tokens: 1 }),
      () => setFolderTrigger(dir, { everyMs: 1_000, text: "go" }),
      () => removeFolderTrigger(dir, "build"),
      () => pruneFolder(dir),
    ];
    for (const call of act) {
      const { refused, sentence } = await answerTo(call);
      expect(refused).toBe("colony.in_use");
      expect(sentence).toContain(`${process.pid}`);
    }
  });

  it("a folder in which there is no colony is none afterwards", async () => {
    const missing = join(root, "missing");
    const act = [
      () => openColonyReader({ dir: missing }),
      () => openColonySender({ dir: missing }),
      () => setFolderBudget(missing, { tokens: 1 }),
      () => setFolderTrigger(missing, { everyMs: 1_000, text: "go" }),
      () => removeFolderTrigger(missing, "build"),
      () => pruneFolder(missing),
    ];
    for (const call of act) expect((await answerTo(call)).refused).toBe("colony.not_found");
    expect(readdirSync(root)).toEqual(["colony"]);
  });
});
