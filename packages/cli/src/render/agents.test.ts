import { NO_USAGE, agentId, callId, pendingRequests, type AgentRecord, type Report } from "@colony/core";
import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { byPlace } from "../requests/numbered.ts";
import { agentPage } from "./agent-page.ts";
import type { WaitsFor } from "./agent-words.ts";
import { liveRows } from "./live-rows.ts";
import { reportLine } from "./report-lines.ts";
import { widthOf } from "./width.ts";
import { workerTable } from "./worker-table.ts";

const usage = { inputTokens: 1_200, outputTokens: 300, costUsd: null };
const busy = () => givenAgent({ label: "docs", task: "Survey docs" }).started().asked();
const working = () => {
  const agent = busy().answered(
    "Measuring.",
    [{ id: "c1", name: "measure_files", input: { paths: ["docs"] } }],
    usage,
  );
  return agent.toolStarted("c1");
};
const waiting = () =>
  busy()
    .answered("", [{ id: "c1", name: "ask_user" }])
    .when({
      type: "question.ask",
      callId: callId("c1"),
      questions: [{ id: "q1", text: "Which?", options: ["this", "that"] }],
      to: null,
      expiresInMs: null,
    })
    .when({ type: "execution.pause", reason: "input_required" });
const recordOf = (change: Partial<AgentRecord> = {}): AgentRecord => ({
  ...working().state.record,
  ...change,
});

describe("live lines", () => {
  const place = { now: 0, columns: 70, rows: 5 };

  it("say who is on what, for how long, at what cost", () => {
    const agent = working();
    const [line] = liveRows(
      { running: [agent.state.record], queued: 0 },
      { ...place, now: agent.now + 12_000 },
    );
    expect(line).toMatch(/^● docs {2}measure_files {2}12s {2}1\.5k tokens, cost \?$/u);
  });

  it("count those who wait, and those for whom there is no room", () => {
    const running = Array.from({ length: 9 }, (_, index) =>
      recordOf({ id: agentId(`w-${index}`), label: `part ${index}` }),
    );
    const lines = liveRows({ running, queued: 3 }, place);
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe("  5 more at work, 3 workers waiting for a place");
  });

  it("are never wider than the terminal and never more than there is room for", () => {
    for (const columns of [20, 40, 80])
      for (const rows of [1, 2, 5]) {
        const running = Array.from({ length: 7 }, () =>
          recordOf({ label: "日本語のとても長いラベルです".repeat(3) }),
        );
        const lines = liveRows({ running, queued: 1 }, { now: 0, columns, rows });
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      }
  });

  it("say who waits, and for whom: for you, unless another agent is asked", () => {
    const { record } = waiting().state;
    const rows = (waitsFor?: WaitsFor) =>
      liveRows(
        { running: [record], queued: 0, ...(waitsFor === undefined ? {} : { waitsFor }) },
        { ...place, now: record.updatedAt + 60_000 },
      );
    expect(rows()).toEqual([expect.stringMatching(/^● docs {2}waiting for you {2}1m00s/u)]);
    expect(rows(new Map([[record.id, "overseer"]]))[0]).toContain("waiting for overseer");
  });

  it("are none when nobody is at work", () => {
    expect(liveRows({ running: [], queued: 0 }, place)).toEqual([]);
  });
});

describe("the table of workers", () => {
  it("has a line for each, with what it does or what it reported", () => {
    const done = busy().answered("Three files.").endedAsAsked().state.record;
    const lines = workerTable([recordOf(), done], {
      now: 0,
      work: new Map([[done.id, { turns: 7, ms: 65_000 }]]),
    });
    expect(lines[0]).toMatch(/^ID +NAME +STATUS +TURNS +TOOLS +TIME +TOKENS +COST +SUMMARY$/u);
    expect(lines[1]).toContain("running");
    expect(lines[1]).toContain("measure_files");
    expect(lines[1]).toContain("cost ?");
    expect(lines[2]).toMatch(/completed +7 +0 +1m ?0?5s .* Three files\.$/u);
  });

  it("says who waits for people, also where nobody has the colony open, and who waits for workers", () => {
    const { record } = waiting().state;
    const parked = busy().answered("").when({ type: "execution.pause", reason: "awaiting_reports" });
    const records = [record, { ...record, id: agentId("w-2") }, parked.state.record, recordOf()];
    const waitsFor = new Map([[agentId("w-2"), "overseer"]]);
    for (const isPaused of [false, true]) {
      const lines = workerTable(records, { now: 0, work: new Map(), isPaused, waitsFor });
      expect(lines[1]).toMatch(/ waits for you /u);
      expect(lines[2]).toMatch(/ waits for overseer /u);
      expect(lines[3]).toMatch(/ waits for workers /u);
      expect(lines[4]).toMatch(isPaused ? / paused /u : / running /u);
    }
  });

  it("shows with a label the name that nobody else has", () => {
    const records = [recordOf({ label: "docs", name: "tom" }), recordOf({ label: "tom", name: "tom" })];
    const lines = workerTable(records, { now: 0, work: new Map() });
    expect(lines[1]).toContain(" docs (tom) ");
    expect(lines[2]).not.toContain("(");
  });

  it("says whose definition is missing, and not what it does", () => {
    const lines = workerTable([recordOf()], { now: 0, work: new Map(), isMissing: () => true });
    expect(lines[1]).toMatch(/ waits for its definition .* Survey docs$/u);
  });

  it("does not say of who has been answered that it waits for people", () => {
    const approved = { ...waiting().state.record, requests: 0 };
    const lines = workerTable([approved], { now: 0, work: new Map() });
    expect(lines[1]).toMatch(/ queued .* waiting to go on$/u);
  });

  it("fits into the terminal by cutting the summary", () => {
    const lines = workerTable(
      [recordOf({ report: { status: "success", explicit: true, summary: "x".repeat(500) } })],
      {
        now: 0,
        work: new Map(),
        width: 110,
      },
    );
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(110);
  });

  it.each([60, 63, 64, 71, 72, 79, 80, 93, 94, 110, 200])(
    "fits a terminal of %i columns, with ids that can be typed",
    (width) => {
      const id = agentId("w-14sc219mmt6m");
      const words = {
        name: "a name of more words than there is room for",
        task: "Survey all of it. ".repeat(9),
      };
      const waits = { ...waiting().state.record, ...words, id: agentId("w-zby938jr1skz") };
      const work = new Map([[id, { turns: 12_345, ms: 43_700_000 }]]);
      const lines = workerTable([recordOf({ ...words, id }), waits], { now: 0, work, width });
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines[0]).toMatch(/^ID +NAME +STATUS +.*SUMMARY$/u);
      expect(lines[1]).toMatch(/^w-14sc219mmt6m {2}docs \(.* {2}running /u);
      expect(lines[2]).toMatch(/^w-zby938jr1skz {2}docs \(.* {2}waits for you {2}/u);
    },
  );
});

const report: Report = {
  workerId: agentId("w-1"),
  colonyId: working().state.record.colonyId,
  parentId: agentId("overseer"),
  definitionId: "worker",
  name: null,
  label: "docs",
  task: "Survey docs",
  status: "success",
  cause: "finished",
  summary: "Three files.\nAll good.",
  data: { files: 3 },
  error: null,
  durationMs: 1_200,
  usage: { ...NO_USAGE, modelCalls: 2, inputTokens: 900 },
  toolCalls: 4,
  artifacts: [],
  explicit: true,
  batch: null,
};

describe("a report in one line", () => {
  it("says who, what it took and what it says", () => {
    expect(reportLine(report, { columns: 100 })).toBe(
      "✓ docs  (1.2s, 4 tool calls, 900 tokens, free)  Three files. All good.",
    );
  });

  it("says how it went where that was not well, and why", () => {
    const failed: Report = { ...report, status: "timed_out", error: { code: "x", message: "took too long" } };
    expect(reportLine(failed, { columns: 100 })).toBe(
      "✗ docs timed out  (1.2s, 4 tool calls, 900 tokens, free)  took too long",
    );
    expect(widthOf(reportLine(failed, { columns: 30 }))).toBeLessThanOrEqual(30);
  });
});

describe("the page of a worker", () => {
  const page = (agent: ReturnType<typeof working>, of: Report | undefined = report) =>
    agentPage(
      { state: agent.state, report: of, conversation: [], work: { turns: 1, ms: 4_000 } },
      { now: agent.now + 3_000, columns: 100 },
    ).join("\n");

  it("tells whose it is, and what people are still to be told of it", () => {
    expect(page(working())).not.toMatch(/^(?:owner|notices)/mu);
    const asked = givenAgent({ owner: "ada", notify: true }).started().asked().answered("done");
    expect(page(asked)).toContain("owner    ada\n");
    expect(page(asked)).toContain("notices  a person is told when it has ended");
    asked.ended("completed", "finished");
    expect(page(asked)).toContain("notices  1 report to be told of");
    const [notice] = asked.state.record.notices ?? [];
    if (notice === undefined) throw new Error("nothing is due");
    const error = { code: "notification.failed", message: "nobody there" };
    asked.when({ type: "notification.fail", notificationId: notice.id, attempt: 1, error, retryAt: 9 });
    expect(page(asked)).toContain("notices  1 report to be told of, and nobody could be told so far");
  });

  it("tells its task, status, report with data, and use", () => {
    const text = page(working());
    expect(text).toContain("running");
    expect(text).toContain("doing    measure_files");
    expect(text).toMatch(/^at work +4\.?0?s$/mu);
    expect(text).toContain("used     1.5k tokens, cost ?, 1 turn, 1 tool call");
    expect(text).toContain("Task\n  Survey docs");
    expect(text).toContain(
      'Report\n  success\n  Three files.\n  All good.\n  data:\n  {\n    "files": 3\n  }',
    );
  });

  it("tells what it waits for from people, whole, and how that is decided", () => {
    const agent = waiting();
    const requests = byPlace(pendingRequests(agent.state));
    const lines = agentPage(
      { state: agent.state, report: undefined, conversation: [], requests },
      { now: agent.now + 60_000, columns: 100, isPaused: true },
    );
    const text = lines.join("\n");
    expect(lines[0]).toMatch(/ {2}waits for you$/u);
    expect(text).toContain(
      "Waits for\n  1  w-1 asks (w-1/c1, for 1m00s)\n      q1: Which?\n        1 this\n",
    );
    expect(text).toContain("      colony answer 1 ... answers it");
  });

  it("tells what it was spawned with, where that is anything of its own", () => {
    const own = givenAgent({ denied: ["group:web"], allowed: [], profile: "compact" });
    expect(page(own)).toMatch(/^profile +compact$/mu);
    expect(page(own)).toMatch(/^tools +only to report; never group:web, nor anybody below it$/mu);
    const chosen = givenAgent({ allowed: ["read_*", "look"], profile: { sections: ["notes", "tools"] } });
    expect(page(chosen)).toMatch(/^profile +its own: notes, tools$/mu);
    expect(page(chosen)).toMatch(/^tools +only read_\*, look$/mu);
    expect(page(working())).not.toMatch(/^(?:profile|tools) /mu);
  });

  it("says when a report was not the worker's own", () => {
    expect(page(working(), { ...report, explicit: false })).toContain("it did not report by itself");
  });

  it("points out calls of which nobody knows whether they took effect", () => {
    const agent = working().started();
    agent.when({ type: "tool.unknown", callId: callId("c1"), result: { status: "unknown", output: "?" } });
    expect(page(agent)).toContain('  ! measure_files (c1) {"paths":["docs"]}');
  });

  it("says how often it was taken up, and keeps names of any length apart from what they said", () => {
    expect(page(working())).not.toContain("taken up");
    expect(page(waiting().input("and?").started())).toMatch(/^taken up 2 times$/mu);
    const conversation = [{ role: "user" as const, origin: "correction" as const, text: "nap 1" }];
    const place = { now: 0, columns: 100 };
    const lines = agentPage({ state: working().state, report: undefined, conversation }, place);
    expect(lines.at(-1)).toBe("  correction nap 1");
  });

  it("shows the newest messages and says how many came before", () => {
    const conversation = Array.from({ length: 5 }, (_, index) => ({
      role: "user" as const,
      origin: "chat" as const,
      text: `message ${index}`,
    }));
    const lines = agentPage(
      { state: working().state, report: undefined, conversation },
      { now: 0, columns: 100, messages: 2 },
    );
    expect(lines.slice(-3)).toEqual([
      '  (3 earlier messages; "colony export" writes all of it)',
      "  chat      message 3",
      "  chat      message 4",
    ]);
  });
});
