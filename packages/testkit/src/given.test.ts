import { ColonyError, messageOf } from "@colony/core";
import { createMemoryLog } from "@colony/eventbus";
import { describe, expect, it } from "vitest";
import * as contracts from "./contracts/index.ts";
import * as kit from "./index.ts";

const fn = (): void => undefined;

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const VALUES = {
  nothing: undefined,
  null: null,
  true: true,
  number: 5,
  "below zero": -1,
  NaN: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  text: "x",
  "no text": "",
  list: [],
  "list of null": [null],
  object: {},
  function: fn,
  symbol: Symbol("x"),
  proxy: revoked.proxy,
} as const;

type Kind = keyof typeof VALUES;

/** Places in which something is given: who takes it there, and what of the values above may stand there. */
const PLACES: readonly (readonly [string, (value: never) => unknown, ...(readonly Kind[])])[] = [
  ["createScriptedModel: script", (value) => kit.createScriptedModel(value), "list", "function"],
  ["createScriptedModel: options", (value) => kit.createScriptedModel([], value), "nothing", "object"],
  ["createScriptedModel: turn", (value) => kit.createScriptedModel([value]), "object"],
  [
    "createScriptedModel: turn of a function",
    (value) => kit.createScriptedModel(() => value).doStream({ prompt: [] }),
    "object",
    // A promise of it fails by itself.
    "proxy",
  ],
  [
    "createScriptedModel: text",
    (value) => kit.createScriptedModel([{ text: value }]),
    "nothing",
    "text",
    "no text",
    "list",
  ],
  [
    "createScriptedModel: toolCalls",
    (value) => kit.createScriptedModel([{ toolCalls: value }]),
    "nothing",
    "list",
  ],
  ["createManualClock: options", (value) => kit.createManualClock(value), "nothing", "object"],
  ["createManualClock: now", (now) => kit.createManualClock({ now }), "nothing", "number", "below zero"],
  ["createManualClock: advance", (value) => kit.createManualClock().advance(value), "number"],
  ["createManualClock: suspend", (value) => kit.createManualClock().suspend(value), "number"],
  ["createManualClock: setBack", (value) => kit.createManualClock().setBack(value), "number"],
  [
    "createManualClock: after",
    (value) => kit.createManualClock().after(value, fn),
    "number",
    "below zero",
    "infinity",
  ],
  ["createManualClock: callback", (value) => kit.createManualClock().after(1, value), "function"],
  ["createManualClock: sleep", (value) => kit.createManualClock().sleep(1, value)],
  ["createCrashingLog: log", (value) => kit.createCrashingLog(value)],
  ["createCrashingLog: plan", (value) => kit.createCrashingLog(createMemoryLog()).crash(value)],
  ["createSlowLog: log", (value) => kit.createSlowLog(value, async () => undefined)],
  ["createSlowLog: passes", (value) => kit.createSlowLog(createMemoryLog(), value), "function"],
  ["readAll: log", (value) => kit.readAll(value)],
  ["checkPromises: events", (value) => kit.checkPromises(value), "list"],
  ["checkReplay: events", (value) => kit.checkReplay(value, []), "list"],
  ["checkReplay: commits", (value) => kit.checkReplay([], value), "list"],
  ["crashAt: scenario", (value) => kit.crashAt(value, 1)],
  ["crashAt: place", (value) => kit.crashAt(SCENARIO, value), "number"],
  ["crashAt: options", (value) => kit.crashAt(SCENARIO, 1, value), "nothing", "object"],
  ["crashAt: ground", (value) => kit.crashAt({ ...SCENARIO, ground: () => value }, 1)],
  ["crashEverywhere: scenario", (value) => kit.crashEverywhere(value)],
  ["crashEverywhere: options", (value) => kit.crashEverywhere(SCENARIO, value), "nothing", "object"],
  ["crashEverywhere: cuts", (cuts) => kit.crashEverywhere(SCENARIO, { cuts }), "nothing", "list"],
  ["crashEverywhere: again", (again) => kit.crashEverywhere(SCENARIO, { again }), "nothing", "number"],
  [
    "crashEverywhere: maxLives",
    (maxLives) => kit.crashEverywhere(SCENARIO, { maxLives }),
    "nothing",
    "number",
  ],
  ["Life: ground", (value) => new kit.Life(value)],
  ["Life: model", (value) => life().model(value)],
  ["Life: tool", (value) => life().tool(value)],
  ["Life: point", (value) => life().point(value), "text"],
  ["ProcessWorld: clock", (value) => new kit.ProcessWorld(value, {})],
  ["ProcessWorld: programs", (value) => new kit.ProcessWorld(kit.createManualClock(), value), "object"],
  [
    "ProcessWorld: how long",
    (ms) => new kit.ProcessWorld(kit.createManualClock(), { make: { ms } }),
    "number",
    "infinity",
  ],
  ["givenAgent: spawn", (value) => kit.givenAgent(value), "nothing", "object"],
  ["GivenAgent: spawn", (value) => new kit.GivenAgent(value), "object"],
  ["historyActions: length", (value) => kit.historyActions(value), "nothing", "number"],
  ["playHistory: actions", (value) => kit.playHistory(value), "list"],
  ...Object.entries(contracts).flatMap(([name, contract]) => [
    [`${name}: name`, (value: never) => contract(value, fn as never), "text"] as const,
    [`${name}: open`, (value: never) => contract("x", value), "function"] as const,
  ]),
  [
    "eventPruningContract: options",
    (value) => contracts.eventPruningContract("x", fn as never, value),
    "nothing",
    "object",
  ],
  [
    "eventLogContract: options",
    (value) => contracts.eventLogContract("x", fn as never, value),
    "nothing",
    "object",
  ],
];

const life = (): kit.Life => new kit.Life(kit.createMemoryGround());

const SCENARIO: kit.CrashScenario = {
  ground: kit.createMemoryGround,
  live: (one) => one.point("here"),
  check: () => [],
};

const REFUSAL = /^[\w ]+: usage\.invalid: [^\n]{5,200}; give [^\n]{3,400}$/;

/** What comes of it, with its code. */
async function wordsOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return "taken";
  } catch (error) {
    return error instanceof ColonyError ? `${error.code}: ${error.message}` : `thrown: ${messageOf(error)}`;
  }
}

describe("what cannot be meant is refused in one sentence, with a code", () => {
  for (const [place, give, ...right] of PLACES)
    it(place, async () => {
      const wrong = Object.keys(VALUES).filter((kind) => !right.some((each) => each === kind)) as Kind[];
      const said = await Promise.all(
        wrong.map(async (kind) => `${kind}: ${await wordsOf(() => give(VALUES[kind] as never))}`),
      );
      expect(said.filter((words) => !REFUSAL.test(words))).toEqual([]);
    });

  it("and so is an option that there is not, with those that there are", async () => {
    const options: object = { cut: [1] };
    await expect(kit.crashEverywhere(SCENARIO, options)).rejects.toThrow(
      "there is no option cut of crashEverywhere (did you mean cuts?); there are: again, maxLives, cuts",
    );
    const turn: object = { toolcalls: [] };
    expect(() => kit.createScriptedModel([{ text: "x" }, turn])).toThrow(
      "there is no option toolcalls of turn 2 of the script (did you mean toolCalls?)",
    );
  });

  it("of every function that takes something", () => {
    const takesNothing = ["createGate", "createMemoryGround", "createSequenceIds"];
    const walked = new Set([...PLACES.map(([place]) => place.split(":")[0]), ...takesNothing]);
    const functions = Object.entries({ ...kit, ...contracts }).filter(([, it]) => typeof it === "function");
    expect(functions.map(([name]) => name).filter((name) => !walked.has(name))).toEqual([]);
    expect(functions).not.toEqual([]);
  });
});
