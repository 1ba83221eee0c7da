import { PassThrough } from "node:stream";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import { openColony, type Colony } from "@colony/runtime";
import { createScriptedModel, type ScriptedToolCall } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { askAtTerminal } from "./ask-at-terminal.ts";
import { Requests } from "./requests.ts";
import { TypedLines } from "./typed-lines.ts";

const COLOR = { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false };

interface Terminal {
  readonly colony: Colony;
  /** What the person sees. */
  readonly shown: () => string;
  readonly type: (text: string) => void;
  /** The person ends what they type. */
  readonly end: () => void;
  /** Has them decide the first request that waits. */
  readonly ask: () => Promise<"decided" | "left">;
  readonly stop: AbortController;
}

/** A person at a terminal, and a colony whose overseer has made these calls. */
async function withTerminal(
  toolCalls: readonly ScriptedToolCall[],
  body: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const pay = defineTool({
    name: "pay",
    description: "Pays a sum.",
    input: z.object({ sum: z.number() }),
    needsApproval: true,
    run: ({ sum }) => `paid ${sum}`,
  });
  const model = createScriptedModel(({ prompt }, index) =>
    index === 0 ? { toolCalls } : { text: JSON.stringify(prompt.at(-1)) },
  );
  await using colony = await openColony({
    dir: "memory",
    overseer: { model, tools: [pay] },
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
  });
  await colony.inject("Go.");
  await colony.idle();
  const columns = (): number => 80;
  const requests = new Requests({ colony, place: "prompt", columns, recordOf: () => undefined });
  const input = new PassThrough();
  let shown = "";
  const write = (text: string): void => void (shown += text);
  using lines = new TypedLines({ input, output: { write } });
  const stop = new AbortController();
  await body({
    colony,
    stop,
    shown: () => shown,
    type: (text) => void input.write(text),
    end: () => void input.end(),
    async ask() {
      const [first] = requests.all;
      if (first === undefined) throw new Error("nothing waits");
      const say = (said: readonly string[]): void => write(`${said.join("\n")}\n`);
      return await askAtTerminal(first, { colony, requests, lines, say, signal: stop.signal });
    },
  });
}

const answerOf = async (colony: Colony): Promise<string> => {
  await colony.idle();
  return JSON.stringify((await colony.overseer.conversation()).at(-1));
};

it("a question is asked until an answer does, one after the other where there are several", async () => {
  const questions = [COLOR, { id: "why", question: "Why?" }];
  await withTerminal([{ id: "c1", name: "ask_user", input: { questions } }], async (at) => {
    at.type("green\n\n2\nbecause = so\n");
    expect(await at.ask()).toBe("decided");
    expect(at.shown()).toMatch(
      /^answer 1 \(color\) › error: question "color": "green" is none of the options;/u,
    );
    expect(at.shown().match(/answer 1 \(color\) › /gu)).toHaveLength(3);
    expect(at.shown().match(/answer 1 \(why\) › /gu)).toHaveLength(1);
    const answer = await answerOf(at.colony);
    expect(answer).toContain("blue");
    expect(answer).toContain("because = so");
  });
});

it.each([
  ["yes", "paid 5"],
  ["Y", "paid 5"],
  ["always worker", "paid 5"],
  ["always tool", "paid 5"],
  ["no too dear", "They said: too dear"],
  ["n", "denied by a person"],
])("a call is decided by %j", async (typed, told) => {
  await withTerminal([{ id: "c1", name: "pay", input: { sum: 5 } }], async (at) => {
    at.type(`maybe\nyes please\n${typed}\n`);
    expect(await at.ask()).toBe("decided");
    expect(at.shown()).toContain(
      '"yes please" is no decision; type yes, always worker, always tool, or no and why\n',
    );
    expect(await answerOf(at.colony)).toContain(told);
  });
});

it("one that is decided elsewhere is asked about no longer, and what was begun to be typed decides nothing else", async () => {
  const toolCalls = [5, 6].map((sum, index) => ({ id: `c${index + 1}`, name: "pay", input: { sum } }));
  await withTerminal(toolCalls, async (at) => {
    const asked = at.ask();
    await at.colony.approve("overseer/c1");
    expect(await asked).toBe("decided");
    at.type("yes\nno\n");
    expect(await at.ask()).toBe("decided");
    expect(at.shown()).toContain("please type it again\napprove 2? ");
    expect(await answerOf(at.colony)).toContain("denied by a person");
  });
});

it.each(["ends what they type", "is not waited for any longer"])(
  "it is left to wait when the person %s",
  async (how) => {
    await withTerminal([{ id: "c1", name: "pay", input: { sum: 5 } }], async (at) => {
      const asked = at.ask();
      if (how === "ends what they type") at.end();
      else at.stop.abort();
      expect(await asked).toBe("left");
      expect(at.colony.pending()).toHaveLength(1);
    });
  },
);
