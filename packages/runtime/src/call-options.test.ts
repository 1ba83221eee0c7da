import { ColonyError, SILENT_LOGGER, messageOf } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { setFolderBudget } from "./folder-budget.ts";
import { openColony } from "./open-colony.ts";
import { openColonySender } from "./open-sender.ts";
import { openColonyReader } from "./reader.ts";

const model = createScriptedModel(() => ({ text: "yes" }));

let colony: Colony;
beforeEach(async () => {
  const workers = { helper: defineWorker({ model }) };
  colony = await openColony({ overseer: { model }, workers, logger: SILENT_LOGGER });
});
afterEach(() => colony.close());

/** What a call is refused with, as "code: sentence"; calls that throw at once count too. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof ColonyError) return `${error.code}: ${error.message}`;
    return `without a code: ${messageOf(error)}`;
  }
  return "nothing was refused";
}

/** As a program without types calls it. */
const loose = (): Record<string, (...given: readonly unknown[]) => unknown> => colony as never;
const worker = (): Record<string, (...given: readonly unknown[]) => unknown> => colony.overseer as never;

describe("what a call may not be given is refused in one sentence, and nothing is done", () => {
  it.each<[string, readonly unknown[], string]>([
    [
      "inject",
      [null],
      "input.invalid: the text of an input is null; give a text of at most 1000000 characters",
    ],
    ["inject", [5], "input.invalid: the text of an input is 5; give "],
    [
      "inject",
      ["hi", null],
      "input.invalid: the options of inject are no object; leave them out, or give one",
    ],
    [
      "inject",
      ["hi", { mode: "steeer" }],
      'input.invalid: mode of inject is "steeer"; give "queue", "steer" or',
    ],
    ["inject", ["hi", { files: 0 }], "input.invalid: files of inject is 0; give a list of files"],
    [
      "inject",
      ["hi", { files: [{}] }],
      "input.invalid: files[0].mediaType of inject is missing; give a list",
    ],
    [
      "inject",
      ["hi", { idempotencyKey: [1] }],
      "input.invalid: idempotencyKey of inject is a list; give a text",
    ],
    ["inject", ["hi", { idempotencyKey: "k".repeat(1_001) }], "input.invalid: idempotencyKey of inject is "],
    [
      "inject",
      ["hi", { idempotencykey: "x" }],
      "input.invalid: there is no option idempotencykey of inject (did you mean idempotencyKey?); there are: mode, ",
    ],
    [
      "spawn",
      [5, { task: "t" }],
      "definition.not_found: the definition to spawn from is 5; give the name of",
    ],
    ["spawn", ["helper"], "spawn.refused: the options of spawn are no object; give at least { task }"],
    ["spawn", ["helper", {}], "spawn.refused: task of spawn is missing; give a text"],
    ["spawn", ["helper", { task: 5 }], "spawn.refused: task of spawn is 5; give a text"],
    ["spawn", ["helper", { task: "t", name: 5 }], "spawn.refused: name of spawn is 5; give a text"],
    [
      "spawn",
      ["helper", { task: "t", notify: 1 }],
      "spawn.refused: notify of spawn is 1; give true or false",
    ],
    [
      "spawn",
      ["helper", { task: "t", notify: true }],
      "spawn.refused: notify of spawn is true, and nobody would be told",
    ],
    ["as", [{ id: "bob" }], 'usage.invalid: role of a principal is missing; give "user" or "operator"'],
    [
      "spawn",
      ["helper", { task: "t", label: {} }],
      "spawn.refused: label of spawn is an object that will not do",
    ],
    [
      "spawn",
      ["helper", { task: "t", priority: Number.NaN }],
      "spawn.refused: priority of spawn is NaN; give a",
    ],
    [
      "spawn",
      ["helper", { task: "t", parent: "x" }],
      'spawn.refused: parent of spawn is "x"; give "overseer"',
    ],
    [
      "spawn",
      ["helper", { task: "t", budget: 5 }],
      "spawn.refused: the budget is not an object; give some of",
    ],
    [
      "spawn",
      ["helper", { task: "t", seed: "x" }],
      "seed.unreadable: a seed is an object; give { from } with",
    ],
    ["spawn", ["helper", { task: "t", prio: 1 }], "spawn.refused: there is no option prio of spawn"],
    [
      "seed",
      ["x"],
      "seed.unreadable: a seed is an object; give { from } with a path, or { messages } with a list",
    ],
    [
      "seed",
      [{}],
      "seed.unreadable: a seed is an object; give { from } with a path, or { messages } with a list",
    ],
    ["seed", [{ from: 5 }], "seed.unreadable: from of a seed is 5; give the path of a file or a folder"],
    ["seed", [{ messages: 5 }], "seed.unreadable: messages of a seed is 5; give a list of messages"],
    ["seed", [{ messages: [null] }], "seed.unreadable: message 1 of a seed is no message ("],
    [
      "seed",
      [
        {
          messages: [
            { role: "user", origin: "seed", text: "a" },
            { role: "user", origin: "seed", text: 5 },
          ],
        },
      ],
      "seed.unreadable: message 2 of a seed is no message at text (",
    ],
    ["agent", [null], "usage.invalid: who is asked for is null; give the id or the name of an agent"],
    ["agent", [5], "usage.invalid: who is asked for is 5; give the id or the name of an agent"],
    ["worker", [null], "usage.invalid: who is asked for is null; give the id or the name of an agent"],
    ["worker", [""], 'agent.not_found: there is no agent "" in this colony'],
    ["worker", [], "agent.target_required: no worker was named, and none is open; name one, or spawn one"],
    ["worker", ["overseer"], 'agent.not_a_worker: agent "overseer" is the overseer and no worker'],
    ["stop", [{ reason: 5 }], "usage.invalid: reason of stop is 5; give a text"],
    ["stop", [null], "usage.invalid: the options of stop are no object; leave them out, or give one"],
    [
      "idle",
      [{ signal: {} }],
      "usage.invalid: signal of idle is an object that will not do; give the signal of",
    ],
    ["waitFor", [null], "usage.invalid: a query is an object, such as "],
    ["waitFor", [{ types: ["NOPE"] }], 'usage.invalid: types[0] of a query is "NOPE"; give a list of types'],
    ["waitFor", [{ types: "X" }], 'usage.invalid: types of a query is "X"; give a list of types of events'],
    ["waitFor", [{ type: "X" }], "usage.invalid: there is no option type of a query (did you mean types?)"],
    ["waitFor", [{ agentId: 5 }], "usage.invalid: agentId of a query is 5; give an id as a text"],
    [
      "waitFor",
      [[5]],
      "usage.invalid: targets[0] of waitFor is 5; give a list of handles, ids or names of agents",
    ],
    ["waitFor", [["a", {}]], "usage.invalid: targets[1].id of waitFor is missing; give a list of handles"],
    ["waitFor", [[{ id: 5 }]], "usage.invalid: targets[0].id of waitFor is 5; give a list of handles"],
    ["waitFor", [["nobody"]], 'agent.not_found: there is no agent "nobody" in this colony'],
    [
      "waitFor",
      [[], null],
      "usage.invalid: the options of waitFor are no object; leave them out, or give one",
    ],
    ["waitFor", [[], { until: "first" }], 'usage.invalid: until of waitFor is "first"; give "all" or "any"'],
    [
      "waitFor",
      [[], { timeoutMs: -1 }],
      "usage.invalid: timeoutMs is -1; give a number of milliseconds from 0",
    ],
    [
      "waitFor",
      [[], { after: 1 }],
      "usage.invalid: there is no option after of waitFor; there are: timeoutMs",
    ],
    ["waitFor", [{}, { timeoutMs: "x" }], 'usage.invalid: timeoutMs is "x"; give a number of milliseconds'],
    ["waitFor", [{}, { after: -1 }], "usage.invalid: after of waitFor is -1; give the seq of an event"],
    [
      "select",
      [{ bogus: 1 }],
      "usage.invalid: there is no option bogus of a query; there are: types, agentId, ",
    ],
    ["pulses", [{ types: 5 }], "usage.invalid: types of pulses is 5; give a list of types of pulses"],
    ["feed", [{ after: "x" }], 'usage.invalid: after of feed is "x"; give the seq of an event'],
    ["feed", [{ query: { types: [5] } }], "usage.invalid: query.types[0] of feed is 5; give a list of types"],
    ["feed", [{ until: Number.NaN }], "usage.invalid: until of feed is NaN; give the seq of an event"],
    ["blob", [5], "usage.invalid: the address of a body is 5; give the sha256"],
    ["setBudget", [null], "settings.invalid: the budget is not an object; give some of "],
  ])("colony.%s %#", async (name, given, sentence) => {
    const head = colony.head();
    expect(await refusal(() => loose()[name]?.(...given))).toContain(sentence);
    await colony.idle();
    expect(colony.head()).toBe(head);
  });

  it.each<[string, readonly unknown[], string]>([
    ["inject", ["hi", { mode: 5 }], "input.invalid: mode of inject is 5; give "],
    ["send", [5], "input.invalid: the text of an input is 5; give a text of at most 1000000 characters"],
    ["send", ["hi", { mode: 5 }], "input.invalid: mode of send is 5; give "],
    ["send", ["hi", { to: "x" }], "input.invalid: there is no option to of send; there are: mode, "],
    ["wait", [{ timeoutMs: "x" }], 'usage.invalid: timeoutMs is "x"; give a number of milliseconds'],
    [
      "wait",
      [{ until: "any" }],
      "usage.invalid: there is no option until of wait; there are: timeoutMs, signal",
    ],
    ["close", [{ reason: 5 }], "usage.invalid: reason of close is 5; give a text"],
    ["close", [], 'agent.not_a_worker: agent "overseer" is the overseer, which is never closed'],
    ["dismiss", [], 'agent.not_a_worker: agent "overseer" is the overseer, which is never dismissed'],
    ["remove", [], 'agent.not_a_worker: agent "overseer" is the overseer, which is never removed'],
    ["cancel", [null], "usage.invalid: the options of cancel are no object; leave them out, or give one"],
    [
      "cancel",
      [{ reason: {} }],
      "usage.invalid: reason of cancel is an object that will not do; give a text",
    ],
    ["stop", [{ reson: "x" }], "usage.invalid: there is no option reson of stop (did you mean reason?)"],
    [
      "report",
      [{ timeout: 5 }],
      "usage.invalid: there is no option timeout of report (did you mean timeoutMs?)",
    ],
    ["seed", [{ messages: [5] }], "seed.unreadable: message 1 of a seed is no message ("],
  ])("overseer.%s %#", async (name, given, sentence) => {
    const head = colony.head();
    expect(await refusal(() => worker()[name]?.(...given))).toContain(sentence);
    await colony.idle();
    expect(colony.head()).toBe(head);
  });
});

describe("what opens a folder from beside says what it wants", () => {
  it.each<[string, (options: never) => Promise<unknown>]>([
    ["a reader", openColonyReader],
    ["a sender", openColonySender],
  ])("%s", async (_what, open) => {
    expect(await refusal(() => open(undefined as never))).toBe(
      "settings.invalid: the options are no object; give { dir }",
    );
    expect(await refusal(() => open({} as never))).toBe(
      "settings.invalid: dir is missing; give a colony folder",
    );
    expect(await refusal(() => open({ dir: 5 } as never))).toBe(
      "settings.invalid: dir is 5; give a colony folder",
    );
    expect(await refusal(() => open({ dir: "memory" } as never))).toBe(
      'settings.invalid: dir is "memory", which stands for a colony without a folder, and only the process that has opened it has that; give a colony folder, as "./memory" where it is named so',
    );
  });

  it("a budget", async () => {
    expect(await refusal(() => setFolderBudget(5 as never, { usd: 1 }))).toBe(
      "settings.invalid: dir is 5; give a colony folder",
    );
  });
});
