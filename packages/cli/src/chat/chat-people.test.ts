import { defineTool, type ModelRequest } from "@colony/core";
import { createGate, createManualClock, type ModelScript, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { withChat } from "../testing/chat.ts";

const COLOR = { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false };
const WHY = { id: "why", question: "Why?" };

type Calls = readonly (readonly [tool: string, input: unknown])[];

const callsOf = (calls: Calls): ScriptedTurn => ({
  toolCalls: calls.map(([name, input], index) => ({ id: `c${index + 1}`, name, input })),
});

const hasResults = ({ prompt }: ModelRequest): boolean => prompt.at(-1)?.role === "tool";

/** Calls these tools first, then says that it is done. */
const calling =
  (...calls: Calls): ModelScript =>
  (request) =>
    hasResults(request) ? { text: `Done: ${JSON.stringify(request.prompt.at(-1))}` } : callsOf(calls);

const asking = (...questions: readonly object[]): ModelScript => calling(["ask_user", { questions }]);

/** A tool that wants to be approved, and what it was run with. */
function paying() {
  const sums: number[] = [];
  const input = z.object({ sum: z.number(), note: z.string().optional() });
  const pay = defineTool({
    name: "pay",
    description: "Pays a sum.",
    input,
    needsApproval: true,
    run: ({ sum }) => void sums.push(sum),
  });
  return { sums, tools: [pay] };
}

const CTRL_C = { name: "c", ctrl: true };

describe("a question of the overseer", () => {
  it("is shown at once with its options numbered, and what is typed next answers it", async () => {
    await withChat({ overseer: asking(COLOR) }, async ({ type, shows }) => {
      type("Paint\r");
      const lines = await shows(/● overseer {2}waiting for you .*\nanswer ›$/u);
      expect(lines.slice(2, 7)).toEqual([
        "1  overseer asks (overseer/c1)",
        "    color: Which color?",
        "      1 red",
        "      2 blue",
        "    what you type next answers it",
      ]);
      type("2\r");
      await shows('"answer":"blue"');
      expect(await shows(/\n›$/u)).toContain("the overseer was answered: color: blue");
    });
  });

  it("that is not answered by what was typed says so in one sentence, and still stands", async () => {
    await withChat({ overseer: asking(COLOR) }, async ({ type, shows, colony }) => {
      type("Paint\r");
      await shows("answer ›");
      type("green\r");
      const lines = await shows("error:");
      expect(lines.join(" ")).toContain('"green" is none of the options; give one of: 1 red, 2 blue');
      expect(lines.at(-1)).toBe("answer ›");
      expect(colony.pending()).toHaveLength(1);
    });
  });

  it("with others beside it is answered one after the other, each said again before its turn", async () => {
    await withChat({ overseer: asking(COLOR, WHY) }, async ({ type, shows }) => {
      type("Paint\r");
      await shows("answer ›");
      type("RED\r");
      await shows(/the overseer was answered: color: red\n {4}why: Why\?\n/u);
      type("because so\r");
      const lines = await shows("Done:");
      expect(lines.join("")).toContain('"answer":"because so"');
    });
  });

  it("is answered by its number as well, all of it at once", async () => {
    await withChat({ overseer: asking(COLOR, WHY) }, async ({ type, shows }) => {
      type("Paint\r");
      await shows("answer ›");
      type("/answer 1 color=blue why=so\r");
      await shows("the overseer was answered: color: blue, why: so");
    });
  });

  it("that waited before is shown when the chat begins", async () => {
    await withChat({ overseer: asking(COLOR) }, async ({ colony, screen, shows }) => {
      await colony.inject("Paint");
      await colony.idle();
      screen.welcome(["Welcome"]);
      await shows(/Welcome\n\n1 {2}overseer asks \(.*\)\n {4}color: Which color\?/u);
    });
  });

  it("that nobody answers in time, or that is answered elsewhere, is told in one line", async () => {
    const clock = createManualClock({ now: 0 });
    const questions = [{ ...COLOR, default: "red" }];
    const overseer = calling(["ask_user", { questions, timeoutSeconds: 60 }]);
    await withChat({ overseer, clock }, async ({ type, shows, colony }) => {
      type("Paint\r");
      await shows("answer ›");
      await clock.advance(60_000);
      await shows("nobody answered the overseer in time, so this counts: color: red");
      type("Paint\r");
      await shows(/\nanswer ›$/u);
      await colony.answer("overseer", "blue");
      await shows("the overseer was answered elsewhere: color: blue");
      await shows(/\n›$/u);
    });
  });

  it("leaves what is typed alone on the first Ctrl-C but for the line, and is cancelled by the next", async () => {
    await withChat({ overseer: asking(COLOR) }, async ({ type, shows, screen, colony }) => {
      type("Paint\r");
      await shows("answer ›");
      type("gre");
      screen.press(undefined, CTRL_C);
      await shows(/answer ›$/u);
      expect(colony.pending()).toHaveLength(1);
      screen.press(undefined, CTRL_C);
      await shows("\nstopped\n");
      await colony.idle();
      expect(colony.pending()).toEqual([]);
      expect(colony.overseer.record.execution?.status).toBe("cancelled");
      await shows(/\n›$/u);
    });
  });

  it("is cancelled by /stop", async () => {
    await withChat({ overseer: asking(COLOR) }, async ({ type, shows, colony }) => {
      type("Paint\r");
      await shows("answer ›");
      type("/stop\r");
      await shows("\nstopped\n");
      await colony.idle();
      expect(colony.pending()).toEqual([]);
    });
  });
});

describe("a call that waits for approval", () => {
  it("is shown with tool and arguments, and approved: a plain line never does that", async () => {
    const { tools, sums } = paying();
    await withChat({ overseer: calling(["pay", { sum: 5 }]), tools }, async ({ type, shows, colony }) => {
      type("Pay\r");
      const lines = await shows("/approve 1 lets it run");
      expect(lines.join("\n")).toContain(
        '1  overseer wants to call pay (overseer/c1)\n    {\n      "sum": 5\n    }',
      );
      expect(lines.at(-1)).toBe("›");
      type("yes\r");
      await colony.idle();
      expect(sums).toEqual([]);
      type("/approve\r");
      await shows("pay was approved for the overseer");
      await shows("Done:");
      expect(sums).toEqual([5]);
    });
  });

  it("is shown no longer than twenty lines, and whole when asked for", async () => {
    const { tools } = paying();
    const note = Array.from({ length: 60 }, (_, index) => `line${index}`).join(" ".repeat(40));
    await withChat({ overseer: calling(["pay", { sum: 5, note }]), tools }, async ({ type, shows }) => {
      type("Pay\r");
      const lines = await shows("(cut here; /inbox 1 shows all of it)");
      const first = lines.indexOf("1  overseer wants to call pay (overseer/c1)");
      expect(lines.indexOf("    (cut here; /inbox 1 shows all of it)") - first).toBe(21);
      expect(lines.join("\n")).not.toContain("line59");
      type("/inbox 1\r");
      await shows("line59");
    });
  });

  it("that has no blanks to be cut between is shown all the same, within the screen", async () => {
    const { tools } = paying();
    const overseer = calling(["pay", { sum: 5, note: "x".repeat(70) + "end" }]);
    await withChat({ overseer, tools, columns: 60 }, async ({ type, shows }) => {
      type("Pay\r");
      await shows(/\n {4}x+end"/u);
    });
  });

  it("is denied with a reason, which the model is told", async () => {
    const { tools, sums } = paying();
    await withChat({ overseer: calling(["pay", { sum: 5 }]), tools }, async ({ type, shows }) => {
      type("Pay\r");
      await shows("/deny 1");
      type("/deny 1 not on a Friday\r");
      await shows("pay was denied for the overseer: not on a Friday");
      await shows("They said: not on a Friday");
      expect(sums).toEqual([]);
    });
  });

  it("keeps its number when those before it have been decided", async () => {
    const { tools, sums } = paying();
    const overseer = calling(...[1, 2, 3].map((sum) => ["pay", { sum }] as const));
    await withChat({ overseer, tools }, async ({ type, shows, colony }) => {
      type("Pay\r");
      await shows("3  overseer wants to call pay (overseer/c3)");
      type("/approve 1\r");
      await shows(/was approved for the overseer\n/u);
      type("/approve 1\r");
      await shows("error: there is no number 1 in the inbox; it has 2, 3");
      type("/approve 2\r");
      await shows(/was approved[\s\S]*was approved for the overseer\n/u);
      await colony.idle();
      expect(sums).toEqual([1, 2]);
      type("/inbox\r");
      await shows(/› \/inbox\n3 {2}overseer wants to call pay/u);
    });
  });

  it("is approved for all that are alike, which are not told as decided elsewhere", async () => {
    const { tools, sums } = paying();
    const overseer = calling(["pay", { sum: 1 }], ["pay", { sum: 2 }]);
    await withChat({ overseer, tools }, async ({ type, shows }) => {
      type("Pay\r");
      await shows("2  overseer wants to call pay");
      type("/approve\r");
      await shows("error: 2 of them wait; say which: 1 (overseer/c1), 2 (overseer/c2)");
      type("/approve 1 always tool\r");
      await shows("pay was approved for the overseer: later calls of this tool too");
      const lines = await shows("Done:");
      expect(lines.filter((line) => line.includes("was approved"))).toHaveLength(2);
      expect(lines.join()).not.toContain("elsewhere");
      expect(sums).toEqual([1, 2]);
    });
  });

  it("of a worker is decided from here as well, and the row of the worker says for whom it waits", async () => {
    const { tools, sums } = paying();
    const overseer: ModelScript = (_request, index) =>
      index === 0
        ? callsOf([["spawn_workers", { tasks: [{ task: "Pay", name: "tom" }] }]])
        : { text: "Well." };
    await withChat({ overseer, worker: calling(["pay", { sum: 7 }]), tools }, async ({ type, shows }) => {
      type("Go\r");
      await shows(/1 {2}tom wants to call pay[\s\S]*● tom {2}waiting for you/u);
      type("/approve tom\r");
      await shows("pay was approved for tom");
      await shows(/✓ tom/u);
      expect(sums).toEqual([7]);
    });
  });

  it("says what is wrong with a decision that cannot be taken", async () => {
    const { tools } = paying();
    await withChat({ overseer: calling(["pay", { sum: 5 }]), tools }, async ({ type, shows }) => {
      type("/inbox\r");
      await shows("nothing waits for you");
      type("/approve\r");
      await shows("error: nothing waits for an approval");
      type("Pay\r");
      await shows("/approve 1 lets it run");
      type("/answer 1 blue\r");
      await shows('error: overseer/c1 waits for an approval; "/approve" or "/deny" decides it');
      type("/deny 9\r");
      await shows("error: there is no number 9 in the inbox; it has 1");
      type("/approve nobody\r");
      await shows('error: no approval "nobody" waits for you; "/inbox" lists what waits');
    });
  });
});

describe("a question of a worker to the overseer", () => {
  it("is told in one line, as is its answer, and is not what the next line answers", async () => {
    const gate = createGate();
    const overseer: ModelScript = (request, index) => {
      if (index === 0) return callsOf([["spawn_workers", { tasks: [{ task: "Serve", name: "tom" }] }]]);
      const said = JSON.stringify(request.prompt.at(-1));
      if (!said.includes("worker_question")) return { text: "Well." };
      return {
        before: gate.opened,
        ...callsOf([["answer_worker", { worker: "tom", answers: [{ id: "q1", answer: "8080" }] }]]),
      };
    };
    const worker = calling(["escalate", { questions: [{ question: "Which\nport?" }] }]);
    await withChat({ overseer, worker }, async ({ type, shows }) => {
      type("Go\r");
      const lines = await shows(/● tom +waiting for overseer/u);
      expect(lines).toContain("? tom asks the overseer: Which port?");
      expect(lines.at(-1)).toBe("›");
      gate.open();
      await shows("tom was answered by the overseer: 8080");
      await shows(/✓ tom/u);
    });
  });

  it("can be answered by the person first", async () => {
    const overseer: ModelScript = (_request, index) =>
      index === 0
        ? callsOf([["spawn_workers", { tasks: [{ task: "Serve", name: "tom" }] }]])
        : { text: "Well." };
    const worker = calling(["escalate", { questions: [{ question: "Which port?" }] }]);
    await withChat({ overseer, worker }, async ({ type, shows }) => {
      type("Go\r");
      await shows("? tom asks the overseer: Which port?");
      type("/answer tom 9090\r");
      await shows("tom was answered: 9090");
      await shows(/✓ tom/u);
    });
  });
});
