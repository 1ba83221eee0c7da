import { getEventListeners } from "node:events";
import fc from "fast-check";
import { expect, it } from "vitest";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Says a few pieces, each in a turn of its own, and then ends as it is asked to. */
const answering: Answering = (response, { body }) => {
  const { pieces, end } = JSON.parse(body) as { pieces: number; end: "well" | "cut" | "never" };
  response.writeHead(200);
  const say = (left: number): void => {
    if (response.destroyed) return;
    if (left > 0) {
      response.write("word ");
      setImmediate(say, left - 1);
    } else if (end === "well") response.end();
    else if (end === "cut") response.destroy();
  };
  say(pieces);
};

const CALL = fc.record({
  pieces: fc.nat(6),
  end: fc.constantFrom("well", "cut", "never"),
  caller: fc.constantFrom("aborts", "cancels"),
  turns: fc.nat(12),
});

const ABORTED = "AbortError: This operation was aborted";

it("a call that is given up at any moment settles, and leaves neither listener nor connection", async () => {
  await using server = await AnsweringServer.open(answering);
  const ours = modelFetch();
  const read = async (answer: Response): Promise<string> => await answer.text();
  await fc.assert(
    fc.asyncProperty(fc.array(CALL, { minLength: 1, maxLength: 8 }), async (calls) => {
      const outcomes = calls.map(async ({ pieces, end, caller, turns }) => {
        const controller = new AbortController();
        const { signal } = controller;
        const answer = ours(server.url, { method: "POST", body: JSON.stringify({ pieces, end }), signal });
        const told =
          caller === "aborts"
            ? answer.then(read)
            : answer.then(async ({ body }) => {
                const reader = body?.getReader();
                await reader?.read();
                await reader?.cancel();
                return "cancelled";
              });
        const settled = told.then((text) => text, String);
        for (let passed = 0; passed < turns; passed += 1) await turn();
        controller.abort();
        const outcome = await settled;
        const right = {
          well: ["word ".repeat(pieces)],
          cut: ["TypeError: terminated", "TypeError: fetch failed"],
          never: [],
        }[end];
        const isRight = [...right, "cancelled", ABORTED].includes(outcome);
        return [isRight ? "right" : outcome, getEventListeners(signal, "abort").length];
      });
      expect(await Promise.all(outcomes)).toEqual(calls.map(() => ["right", 0]));
    }),
    { numRuns: 300 },
  );
  // What is left is idle, and is used by the next that ask.
  for (let asked = 0; asked < 20; asked += 1)
    expect(await (await ours(server.url, { method: "POST", body: '{"pieces":2,"end":"well"}' })).text()).toBe(
      "word word ",
    );
  expect(server.open).toBeLessThanOrEqual(8);
});
