import { expect, it } from "vitest";
import type { Heading } from "./register-entry.ts";
import { UnfiledEvents } from "./unfiled-events.ts";

interface FiledEvent {
  readonly seq: number;
  readonly agent: number;
  readonly type: number;
  readonly correlation: number | null;
  readonly executionId: string | null;
  readonly recipient: number | null;
}

/** Events of a few agents, with gaps where some were removed from the log. */
const EVENTS: readonly FiledEvent[] = Array.from({ length: 400 }, (_, index) => ({
  seq: 1_000 + index + Math.floor(index / 7),
  agent: 3 + ((index * 31) % 11),
  type: 50 + (index % 5),
  correlation: index % 3 === 0 ? null : 70 + (index % 4),
  executionId: index % 40 === 0 ? `o.${index % 3}` : null,
  recipient: index % 9 === 0 ? 3 : null,
}));

const HEADINGS: readonly Heading[] = [
  ["agent", 5],
  ["recipient", 3],
  ["type", 52],
  ["correlation", 71],
  ["execution", "o.1"],
  ["agent", 99],
];

function filled(events: readonly FiledEvent[] = EVENTS): UnfiledEvents {
  const unfiled = new UnfiledEvents();
  for (const { seq, agent, type, correlation, executionId, recipient } of events)
    unfiled.add(
      [seq, agent, 1, type, 5, 1, null, correlation, "{}"],
      [executionId, null, null, recipient, null],
    );
  return unfiled;
}

function isUnder(event: FiledEvent, [what, key]: Heading): boolean {
  return (what === "execution" ? event.executionId : event[what]) === key;
}

it.each(HEADINGS)("what is under %s %s is found after any place", (what, key) => {
  const heading = [what, key] as Heading;
  const unfiled = filled();
  for (const after of [0, 999, 1_000, 1_203, 1_399, 9_999]) {
    const expected = EVENTS.filter((event) => event.seq > after && isUnder(event, heading)).map(
      ({ seq }) => seq,
    );
    expect(unfiled.find([heading], { after, limit: 1_000 })).toEqual(expected);
    expect(unfiled.find([heading], { after, limit: 2 })).toEqual(expected.slice(0, 2));
  }
});

it("what is under any of several headings is found once, in order", () => {
  const expected = EVENTS.filter((event) => HEADINGS.some((heading) => isUnder(event, heading)));
  expect(filled().find(HEADINGS, { after: 0, limit: 1_000 })).toEqual(expected.map(({ seq }) => seq));
});

it("each event is filed under each of its headings", () => {
  const entries = [...filled().entries()];
  const filed = entries.flatMap(({ heading, seqs }) => seqs.map((seq) => `${seq} ${heading.join(" ")}`));
  const expected = EVENTS.flatMap(({ seq, ...event }) =>
    (["agent", "type", "correlation", "recipient"] as const)
      .filter((what) => event[what] !== null)
      .map((what) => `${seq} ${what} ${event[what]}`)
      .concat(event.executionId === null ? [] : [`${seq} execution ${event.executionId}`]),
  );
  expect(filed.toSorted()).toEqual(expected.toSorted());
});

it("what a transaction that failed has added is not there any more", () => {
  const unfiled = filled();
  unfiled.shorten(200);
  const kept = filled(EVENTS.slice(0, 200));
  expect([unfiled.size, unfiled.upTo]).toEqual([200, kept.upTo]);
  expect([...unfiled.entries()]).toEqual([...kept.entries()]);
  for (const heading of HEADINGS)
    expect(unfiled.find([heading], { after: 0, limit: 1_000 })).toEqual(
      kept.find([heading], { after: 0, limit: 1_000 }),
    );
});

it("the newest event of an agent is known, and nothing of one that has none", () => {
  const newest = EVENTS.findLast(({ agent }) => agent === 5)?.seq;
  expect([filled().newestOf(5), filled().newestOf(99), new UnfiledEvents().newestOf(5)]).toEqual([
    newest,
    undefined,
    undefined,
  ]);
});

it("however many come with one append, each is under its own heading", () => {
  const unfiled = new UnfiledEvents();
  const count = 1_200_000;
  for (let seq = 1; seq <= count; seq += 1)
    unfiled.add([seq, 3 + (seq % 2), 1, 50, 5, 1, null, null, "{}"], [null, null, null, null, null]);
  const filed = Array.from(unfiled.entries(), ({ heading, seqs }) => [
    ...heading,
    seqs.length,
    seqs[0],
    seqs.at(-1),
  ]);
  expect(filed).toEqual([
    ["agent", 3, count / 2, 2, count],
    ["agent", 4, count / 2, 1, count - 1],
    ["type", 50, count, 1, count],
  ]);
});
