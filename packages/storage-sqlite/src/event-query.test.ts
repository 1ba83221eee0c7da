import { DatabaseSync } from "node:sqlite";
import { agentId, correlationId, executionIdOf, type LogRead } from "@colony/core";
import { expect, it } from "vitest";
import { eventSql } from "./event-query.ts";
import { createWritableNames } from "./names.ts";
import { migrate } from "./schema.ts";

const db = new DatabaseSync(":memory:");
migrate(db, ":memory:");
const names = createWritableNames(db);
for (const name of ["w-1", "INPUT_RECEIVED", "in-1"]) names.intern(name);

const w1 = { agentId: agentId("w-1") };
const concerning = { concerning: agentId("w-1") };
const executionId = executionIdOf(agentId("w-1"), 1);

/** Each shape of read with what SQLite must say of how it finds the events. */
const PLANS: readonly (readonly [string, LogRead, readonly string[]])[] = [
  ["all events after one", { after: 7 }, ["SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"]],
  ["an agent's stream", { ...w1, after: 7 }, ["SEARCH events USING INDEX events_stream (agent=?)"]],
  ["some types of a stream", { ...w1, types: ["INPUT_RECEIVED"] }, ["USING INDEX events_stream (agent=?)"]],
  [
    "what concerns an agent",
    concerning,
    ["events_stream (agent=?)", "events_mail (recipient=? AND rowid>?)"],
  ],
  ["one type", { types: ["INPUT_RECEIVED"] }, ["SEARCH events USING INDEX events_type (type=? AND rowid>?)"]],
  [
    "some types",
    { types: ["INPUT_RECEIVED", "AGENT_OPENED"] },
    [
      "USING COVERING INDEX events_type (type=? AND rowid>?)",
      "SEARCH events USING INTEGER PRIMARY KEY (rowid=?)",
    ],
  ],
  [
    "an execution",
    { executionId },
    ["events_stream (agent=?)", "events_execution (execution_id=? AND rowid>?)"],
  ],
  [
    "a correlation",
    { correlationId: correlationId("in-1"), types: ["AGENT_OPENED"] },
    ["SEARCH events USING INDEX events_correlation (correlation=? AND rowid>?)"],
  ],
];

it.each(PLANS)("reading %s uses an index, in the order of the log", (_what, read, expected) => {
  const query = eventSql(read, names);
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${query?.sql}`)
    .all(...(query?.values ?? []))
    .map((row) => String(row["detail"]));
  for (const step of expected) expect(plan.join("\n")).toContain(step);
  expect(plan.filter((step) => /^SCAN events\b/.test(step))).toEqual([]);
  const sorts = plan.join("\n").includes("TEMP B-TREE");
  expect(sorts && expected.length === 1).toBe(false);
});

it("looking up where a stream is at uses an index", () => {
  const plan = db
    .prepare("EXPLAIN QUERY PLAN SELECT max(version) AS version FROM events WHERE agent = ?")
    .all(1);
  expect(plan.map((row) => row["detail"])).toEqual([
    "SEARCH events USING COVERING INDEX events_stream (agent=?)",
  ]);
});

it("no types ask for nothing", () => {
  expect(eventSql({ types: [] }, names)).toBeUndefined();
});
