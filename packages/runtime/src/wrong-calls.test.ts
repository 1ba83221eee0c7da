import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { openColonySender } from "./open-sender.ts";
import type { ColonySender } from "./sender.ts";
import { rightFor, wrongCalls, type CallRow } from "./testing/call-table.ts";
import { everyState } from "./testing/every-state.ts";
import * as faces from "./testing/face-calls.ts";
import { answerTo, callsOf, isOneSentence } from "./testing/wrong-values.ts";

// Every call of every face, given every wrong type and size in every place, and once more when all is closed.

type Face = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
type Calls = Readonly<Record<string, CallRow>>;

const shown = (given: readonly unknown[]): string => {
  try {
    return inspect(given, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 200);
  } catch {
    return "what cannot be shown";
  }
};

/** What was not refused as it should be: empty where all was. */
async function slips(face: Face, calls: Calls, head: () => number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, row] of Object.entries(calls))
    for (const { given, place } of wrongCalls(row)) {
      const before = head();
      const { refused, sentence } = await answerTo(() => face[name]?.(...given));
      const where = `${name}(${shown(given)}), ${place}`;
      if (!row.codes.some((code) => code === refused)) found.push(`${where}: ${refused}: ${sentence}`);
      else if (!isOneSentence(sentence)) found.push(`${where}: no sentence: ${sentence}`);
      if (head() !== before) found.push(`${where}: something was recorded`);
    }
  return found;
}

/** What answered otherwise than it should once it was closed. */
async function closedSlips(face: Face, calls: Calls): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, row] of Object.entries(calls)) {
    const { refused, sentence } = await answerTo(() => face[name]?.(...rightFor(row)));
    const right = row.closed === "refused" ? "colony.closed" : "not at all";
    if (refused !== right) found.push(`${name}: ${refused}: ${sentence}`);
  }
  return found;
}

describe("a colony that is open here", () => {
  let colony: Colony;
  const held = new Map<string, readonly [face: Face, calls: Calls]>();
  beforeAll(async () => {
    const { colony: opened, workers } = await everyState();
    colony = opened;
    const ada = colony.as({ id: "ada", role: "user" });
    const receipt = await colony.inject("more");
    await receipt.reply();
    for (const [name, face, calls] of [
      ["the colony", colony, faces.COLONY],
      ["a worker", workers.open, faces.HANDLE],
      ["the overseer", colony.overseer, faces.HANDLE],
      ["its triggers", colony.triggers, faces.TRIGGERS],
      ["a receipt", receipt, faces.RECEIPT],
      ["the colony of a person", ada, faces.COLONY_FOR],
      ["a worker of a person", ada.agent("open"), faces.HANDLE_FOR],
    ] as const)
      held.set(name, [face as never, calls]);
  });
  afterAll(() => colony.close());

  const names = [
    "the colony",
    "a worker",
    "the overseer",
    "its triggers",
    "a receipt",
    "the colony of a person",
    "a worker of a person",
  ];

  it.each(names)("every call of %s has been tried wrong", (name) => {
    const [face, calls] = held.get(name) ?? [{}, {}];
    expect(callsOf(face)).toEqual(Object.keys(calls).toSorted());
  });

  it.each(names)("%s refuses a wrong type or size in one sentence, and nothing is recorded", async (name) => {
    const [face, calls] = held.get(name) ?? [{}, {}];
    expect(await slips(face, calls, () => colony.head())).toEqual([]);
  });

  it("once it is closed, whatever would do something says so, and the rest tells what was known last", async () => {
    await colony.close();
    const found: Record<string, readonly string[]> = {};
    for (const [name, [face, calls]] of held) found[name] = await closedSlips(face, calls);
    expect(found).toEqual(Object.fromEntries(names.map((name) => [name, []])));
  });
});

describe("a colony that is open elsewhere", () => {
  const dir = mkdtempSync(join(tmpdir(), "colony-wrong-calls-"));
  let colony: Colony;
  let sender: ColonySender;
  const held = new Map<string, readonly [face: Face, calls: Calls]>();
  const names = ["a sender", "a reader", "what was sent", "its triggers"];
  beforeAll(async () => {
    ({ colony } = await everyState({ dir }));
    sender = await openColonySender({ dir });
    const sent = await sender.inject("more");
    await sent.outcome();
    for (const [name, face, calls] of [
      ["a sender", sender, faces.SENDER],
      ["a reader", sender.reader, faces.READER],
      ["what was sent", sent, faces.SENT],
      ["its triggers", sender.triggers, faces.SENT_TRIGGERS],
    ] as const)
      held.set(name, [face as never, calls]);
  });
  afterAll(async () => {
    await sender.close();
    await colony.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(names)("every call of %s has been tried wrong", (name) => {
    const [face, calls] = held.get(name) ?? [{}, {}];
    expect(callsOf(face)).toEqual(Object.keys(calls).toSorted());
  });

  it.each(names)("%s refuses a wrong type or size in one sentence, and nothing is sent", async (name) => {
    const [face, calls] = held.get(name) ?? [{}, {}];
    // What is sent is taken in order: nothing else has been sent before this.
    await (await sender.inject("hello", { idempotencyKey: "once" })).taken();
    const head = colony.head();
    expect(await slips(face, calls, () => sender.reader.head())).toEqual([]);
    await (await sender.inject("hello", { idempotencyKey: "once" })).taken();
    expect(colony.head()).toBe(head);
  });

  it("once it is closed, whatever would do something says so, and the rest tells what was known last", async () => {
    await sender.close();
    const found: Record<string, readonly string[]> = {};
    for (const [name, [face, calls]] of held) found[name] = await closedSlips(face, calls);
    expect(found).toEqual(Object.fromEntries(names.map((name) => [name, []])));
  });
});
