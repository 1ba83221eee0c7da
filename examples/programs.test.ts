import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

// `npm run examples` shows that each program ends well; here is what those that promise something have to say.

function run(program: string): string {
  return execFileSync(process.execPath, [join(import.meta.dirname, program)], { encoding: "utf8" });
}

test("the steered worker looks up both, the stopped one reports cancelled, nobody else notices", () => {
  const said = run("03-steer-and-stop.ts");
  expect(said).toContain("stopped: trams");
  expect(said).toContain('2 lines found for "night buses". 1 line found for "ticket price".');
  expect(said).toContain("ferries: success (finished)");
  expect(said).toContain("trams: cancelled (user)");
});

test("a question that was asked before a kill and after it is one question with one answer", () => {
  const said = run("04-crash-and-resume.ts");
  expect(said).toContain("the first life ended by SIGKILL");
  expect(said).toContain("3 workers looked this up: 3 success.");
  expect(said).toContain("COLONY_OPENED: 2\nAGENT_SPAWNED: 4\nSUBAGENT_REPORT: 3\n");
  expect(said).toContain("questions received: 1");
});

test("whoever watches hears the answer as it is said", () => {
  expect(run("05-observe.ts")).toContain("the answer is among them: true");
});

test("calls that a kill cut off are repeated, repeated under their key, or asked about", () => {
  const said = run("06-a-tool-with-effects.ts");
  expect(said).toContain("pure: calls that reached the world 2, different keys 1");
  expect(said).toContain("idempotent: calls that reached the world 2, different keys 1");
  expect(said).toContain("once: calls that reached the world 1, different keys 1");
  expect(said).toContain("the registry has it under this key");
});

test("a program that a tool runs is heard, or stopped even where it ignores that", () => {
  const said = run("07-run-a-command.ts");
  expect(said).toContain('"code":0,"signal":null,"how":"exited"');
  expect(said).toContain('"signal":"SIGKILL","how":"killed"');
  expect(said).toContain("the dreamer: cancelled");
});

test("three workers make the two calls that there is a budget for, and a fourth one the call that it is raised by", () => {
  const said = run("09-keep-to-a-budget.ts");
  expect(said).toContain("the budget of the colony is 2 tool calls: 2 are spent, and this may need 1 more");
  expect(said).toContain("spent: 2 of 2 tool calls");
  expect(said).toContain('ferries: success. 1 line found for "ferries".\nspent: 3 of 3 tool calls');
});

test("what is due together comes in one turn, what was missed is made up for once or skipped, and a token is needed", () => {
  const said = run("12-triggers.ts");
  expect(said).toContain("who guesses is told: there is no webhook of that id and token");
  expect(said).toContain("beat missed 72\nnews fired, due 2026-03-09T08:00:00.000Z, late\n");
  expect(said).toContain("in one turn: Look for news since 2026-03-06T08:00:00.000Z / Still there?\n");
  expect(said).toContain("in one turn: The build is green\n");
  expect(said).toContain("beat: next 2026-03-09T09:00:00.000Z\nci: when it is fired\n");
});

test("what is somebody's is not there for others, an operator confirms, and who asked for it is told", () => {
  const said = run("10-several-people.ts");
  expect(said).toContain("bob sees 1 agent, eve 0, ops 2");
  expect(said).toContain('eve is told: there is no agent "Tom" in this colony');
  expect(said).toContain('eve is told: there is no agent "Nobody" in this colony');
  expect(said).toContain(
    'ops is told: agent "Tom" is not yours but that of "bob"; give { confirm: true } to stop it',
  );
  expect(said).toContain("Tom is closed, and was bob's");
  expect(said).toMatch(/bob was told: ok: 1 line found for "trams"/);
});

test("a worker that was closed keeps what waits for it, and goes on with all of it once it is opened again", () => {
  const said = run("11-a-worker-that-stays.ts");
  expect(said).toContain("the receipts say: queued 1, queued 2");
  expect(said).toContain('2 inputs wait: "Find out about ferries"');
  expect(said).toContain("1 done, 0 not; 0 inputs wait\nlast asked: Find out about trams again");
  expect(said).toContain("in the list: overseer");
});

test("a question waits for another process, its answer reaches the same place, and what was approved is what runs", () => {
  const said = run("13-questions-and-approvals.ts");
  expect(said).toContain("painter asks overseer\noverseer asks the person\n");
  expect(said).toContain(
    'not taken: question "q1": "green" is none of the options; give one of: 1 red, 2 blue\n',
  );
  expect(said).toContain("waiting: question of painter, question of overseer\n");
  expect(said).toContain('painter wants to call order_paint: {"color":"blue","litres":40}\n');
  expect(said).toContain("painter: ordered 20 litres of blue\n");
});

test("a planner has workers, these have none, what is denied to it is denied to them, and what they were told can be read", () => {
  const said = run("14-levels-and-tool-sets.ts");
  expect(said).toContain("planner: my worker has looked");
  expect(said).toContain("reader: my tools are read_notes, escalate, report_to_parent\n");
  expect(said).toContain("refused: agents at depth 2 may not spawn: workers may stand at depth 2 at most");
  expect(said).toMatch(/call 1 of 2 began with:\nYou are a worker\.\n.*\n.*\n.*\n\nYour tools: read_notes, /);
});

test("who is running is told as a level, what has ended is listed in pages and can be forgotten, and its report stays", () => {
  const said = run("15-look-and-forget.ts");
  expect(said).toMatch(/at most [23] agents had something under way, and now 0\n/);
  expect(said).toContain("Mars: Mars is found; success\npage 2 of 2, more: false\n");
  expect(said).toContain(
    "pruned 2 workers: more than ten events are gone\nits report is still there: success\n",
  );
  expect(said).toContain('the conversation of worker "Jupiter" was pruned;');
});

test("a file says who is there, and what is wrong with it is told with its place", () => {
  const said = run("16-a-colony-file.ts");
  expect(said).toContain("read: reader, at most 3 at work");
  expect(said).toContain("notes_search: Night buses run every half hour. Night buses are free on holidays.");
  expect(said).toContain("notes_search: The ferry leaves at noon.");
  expect(said).toContain("success success\nservers that answered: 2\n");
  expect(said).toContain('base.yaml:3:10: overseer.model is "${MODEL}", which cannot be used');
});
