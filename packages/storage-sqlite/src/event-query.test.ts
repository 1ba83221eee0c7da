import { DatabaseSync } from "node:sqlite";
import { agentId, correlationId, executionIdOf, type LogRead } from "@colony/core";
import { expect, it } from "vitest";
import { searchFor } from "./event-query.ts";
import { STORED_ROW } from "./event-row.ts";
import { createWritableNames } from "./names.ts";
import type { Heading } from "./register-entry.ts";
import { migrate } from "./schema.ts";

const db = new DatabaseSync(":memory:");
migrate(db, ":memory:");
const names = createWritableNames(db);
const [w1, received, in1] = ["w-1", "INPUT_RECEIVED", "in-1"].map((name) => names.intern(name));

const stream = { agentId: agentId("w-1") };
const concerning = { concerning: agentId("w-1") };
const executionId = executionIdOf(agentId("w-1"), 1);

/** Each shape of read with where it is looked for. */
const HEADINGS: readonly (readonly [string, LogRead, readonly (readonly unknown[])[]])[] = [
  ["an agent's stream", { ...stream, after: 7 }, [["agent", w1]]],
  ["some types of a stream", { ...stream, types: ["INPUT_RECEIVED"] }, [["agent", w1]]],
  [
    "what concerns an agent",
    concerning,
    [
      ["agent", w1],
      ["recipient", w1],
    ],
  ],
  ["one type", { types: ["INPUT_RECEIVED"] }, [["type", received]]],
  [
    "some types",
    { types: ["INPUT_RECEIVED", "AGENT_OPENED"] },
    [
      ["type", received],
      ["type", -1],
    ],
  ],
  [
    "an execution",
    { executionId },
    [
      ["agent", w1],
      ["execution", executionId],
    ],
  ],
  [
    "a correlation",
    { correlationId: correlationId("in-1"), types: ["AGENT_OPENED"] },
    [["correlation", in1]],
  ],
];

it.each(HEADINGS)("reading %s looks only where the register has it", (_what, read, expected) => {
  const search = searchFor(read, names);
  expect(search?.headings).toEqual(expected);
  const marks = search?.where.match(/\?/g)?.length;
  expect(marks).toBe(search?.values.length);
});

function planOf(sql: string): string {
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  return steps.map((row) => String(row["detail"])).join("\n");
}

it("the register is looked into by its key, and what it has found by its seq", () => {
  expect(
    planOf("SELECT seqs FROM register WHERE what = 'agent' AND key = 1 AND upto > 0 ORDER BY upto"),
  ).toBe("SEARCH register USING PRIMARY KEY (what=? AND key=? AND upto>?)");
  expect(planOf("SELECT max(upto) AS seq FROM register WHERE what = 'agent' AND key = 1")).toBe(
    "SEARCH register USING PRIMARY KEY (what=? AND key=?)",
  );
  for (const [, read] of HEADINGS) {
    const where = searchFor(read, names)?.where.replaceAll("?", "1");
    const found = `seq IN (SELECT value FROM json_each('[1,2]')) AND ${where}`;
    const plan = planOf(`SELECT ${STORED_ROW} FROM events WHERE ${found} ORDER BY seq LIMIT 9`);
    expect(plan).toContain("SEARCH events USING INTEGER PRIMARY KEY (rowid=?)");
    expect(plan).not.toContain("TEMP B-TREE FOR ORDER BY");
    const rest = planOf(`SELECT ${STORED_ROW} FROM events WHERE seq > 7 AND ${where} ORDER BY seq LIMIT 9`);
    expect(rest.split("\n")[0]).toBe("SEARCH events USING INTEGER PRIMARY KEY (rowid>?)");
  }
});

it("all events are asked for under no heading, and no types ask for nothing", () => {
  const none: readonly Heading[] = [];
  expect(searchFor({ after: 7 }, names)).toEqual({ headings: none, where: "", values: [] });
  expect(searchFor({ types: [] }, names)).toBeUndefined();
});
