import { describe, expect, test } from "vitest";
import { agentId, colonyId, executionIdOf } from "../ids.ts";
import type { ColonyEvent, NewEvent } from "./envelope.ts";
import { placedEvent, recordAppend, recordEvent } from "./record-event.ts";

const worker = agentId("w-1");
const ours = { agentId: worker, colonyId: colonyId("ours"), at: 5 };
const opened: NewEvent = { type: "AGENT_OPENED", data: {}, executionId: executionIdOf(worker, 1) };

describe("an event that was made for its place", () => {
  test("is completed by the log, and is the one that is told", () => {
    const placed = placedEvent(opened, ours, 3);
    const append = { agentId: worker, expectedVersion: 2, events: [placed], at: 5, placed: true } as const;
    const recorded = recordEvent(placed, append, { colonyId: ours.colonyId, seq: 9, version: 3 });
    expect(recorded).toBe(placed);
    expect(recorded).toStrictEqual({ ...opened, ...ours, version: 3, id: "w-1@3", v: 1, seq: 9 });
  });

  test("gets the seq of the try that was stored", () => {
    const placed = placedEvent(opened, ours, 3);
    const append = { agentId: worker, expectedVersion: 2, events: [placed], at: 5, placed: true } as const;
    const place = { colonyId: ours.colonyId, version: 3 };
    recordEvent(placed, append, { ...place, seq: 9 });
    expect(recordEvent(placed, append, { ...place, seq: 12 }).seq).toBe(12);
  });
});

describe("the events of an append", () => {
  const ground = { agentId: worker, expectedVersion: 2, at: 5 } as const;

  test("are those that were made for their places, with their seqs", () => {
    const events = [placedEvent(opened, ours, 3), placedEvent(opened, ours, 4)];
    const recorded = recordAppend({ ...ground, events, placed: true }, { colonyId: ours.colonyId, seq: 9 });
    expect(recorded.map(({ seq }) => seq)).toEqual([9, 10]);
    expect(recorded.every((event, index) => event === events[index])).toBe(true);
  });

  test("are what each of them is recorded as", () => {
    const append = { ...ground, events: [opened, opened] };
    expect(recordAppend(append, { colonyId: ours.colonyId, seq: 9 })).toStrictEqual([
      recordEvent(opened, append, { colonyId: ours.colonyId, seq: 9, version: 3 }),
      recordEvent(opened, append, { colonyId: ours.colonyId, seq: 10, version: 4 }),
    ]);
  });
});

test("an event of another log is made anew, and stays what it was there", () => {
  const theirs: ColonyEvent = Object.freeze(
    recordEvent(
      opened,
      { agentId: worker, expectedVersion: 2, events: [opened], at: 5 },
      { colonyId: colonyId("theirs"), seq: 41, version: 3 },
    ),
  );
  const append = { agentId: worker, expectedVersion: 2, events: [theirs], at: 7 };
  const recorded = recordEvent(theirs, append, { colonyId: ours.colonyId, seq: 9, version: 3 });
  expect(recorded).toMatchObject({ colonyId: "ours", seq: 9, at: 7 });
  expect(theirs).toMatchObject({ colonyId: "theirs", seq: 41, at: 5 });
});
