import { SILENT_LOGGER, defineTool, type Leasable, type Tool, type ToolEffect } from "@colony/core";
import { createGate, createScriptedModel, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { Machine } from "../testing/machine.ts";
import { calls, results } from "../testing/said.ts";

/** A line to somewhere that is written down: who opened it, what was said on it, when it was closed. */
function line(book: string[]): Leasable<AsyncDisposable & { say: (word: string) => void }> {
  let opened = 0;
  return {
    name: "line",
    open: async () => {
      const number = (opened += 1);
      book.push(`open ${number}`);
      return {
        say: (word) => void book.push(`${word} on ${number}`),
        [Symbol.asyncDispose]: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          book.push(`close ${number}`);
        },
      };
    },
  };
}

const shape = { description: "Says something on the line.", input: z.object({}) };

/** Says its name on its execution's line, and then does what it is there for. */
const speaking = (
  name: string,
  on: ReturnType<typeof line>,
  options: {
    readonly effect?: ToolEffect;
    readonly needsApproval?: boolean;
    readonly after?: () => Promise<unknown>;
  } = {},
): Tool => {
  const { after, ...rest } = options;
  return defineTool({
    ...shape,
    ...rest,
    name,
    run: async (_, { lease }) => {
      (await lease(on)).say(name);
      await after?.();
      return `${name} done`;
    },
  });
};

async function opened(tools: readonly Tool[], script: ModelScript): Promise<Colony> {
  return await openColony({
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(() => ({ text: "Yes." })) },
    workers: { helper: defineWorker({ model: createScriptedModel(script), tools }) },
  });
}

it("calls of one execution share a lease, executions do not, and each is closed with its own", async () => {
  const book: string[] = [];
  const on = line(book);
  const colony = await opened([speaking("a", on), speaking("b", on)], (request) =>
    results(request).length === 0 ? calls(["a", {}], ["b", {}]) : { text: "Done." },
  );
  const one = await colony.spawn("helper", { task: "Go." });
  await one.report();
  const other = await colony.spawn("helper", { task: "Go." });
  await other.report();
  await colony.close();
  const of = (number: number): readonly string[] => book.filter((entry) => entry.endsWith(` ${number}`));
  expect(of(1)).toEqual(["open 1", "a on 1", "b on 1", "close 1"]);
  expect(of(2)).toEqual(["open 2", "a on 2", "b on 2", "close 2"]);
});

it("a stop and a close resolve when the leases of what they end are closed", async () => {
  const book: string[] = [];
  const on = line(book);
  const never = createGate();
  const colony = await opened([speaking("a", on, { after: async () => await never.opened })], () =>
    calls(["a", {}]),
  );
  const begun = async (): Promise<void> => {
    while (!book.at(-1)?.startsWith("a on")) await new Promise((resolve) => setImmediate(resolve));
  };
  const stopped = await colony.spawn("helper", { task: "Go." });
  await begun();
  await stopped.stop();
  expect(book).toEqual(["open 1", "a on 1", "close 1"]);
  await colony.spawn("helper", { task: "Go." });
  await begun();
  await colony.stop({ reason: "enough" });
  await colony.close();
  expect(book.slice(3)).toEqual(["open 2", "a on 2", "close 2"]);
});

it("whoever waits for a person holds no lease, and has a new one afterwards", async () => {
  const book: string[] = [];
  const on = line(book);
  const colony = await opened(
    [speaking("a", on), speaking("careful", on, { needsApproval: true })],
    (request) => {
      const done = results(request).length;
      if (done === 0) return calls(["a", {}]);
      return done === 1 ? calls(["careful", {}]) : { text: "Done." };
    },
  );
  const worker = await colony.spawn("helper", { task: "Go." });
  while (!book.includes("close 1")) await new Promise((resolve) => setImmediate(resolve));
  expect(worker.record.execution?.status).not.toBe("completed");
  await colony.approve(worker.id);
  expect((await worker.report())?.status).toBe("success");
  await colony.close();
  expect(book).toEqual(["open 1", "a on 1", "close 1", "open 2", "careful on 2", "close 2"]);
});

it.each<[ToolEffect, readonly string[], string]>([
  ["pure", ["open 1", "call on 1"], "call done"],
  ["once", [], "not known"],
])(
  "a host that is killed in a %s call leaves no lease to the next one, which opens its own where it needs one",
  async (...[effect, second, words]) => {
    await using machine = new Machine();
    const books: readonly [string[], string[]] = [[], []];
    const overseer = (request: Parameters<typeof results>[0]) =>
      results(request).length === 0 ? calls(["call", {}]) : { text: results(request).join(" ") };
    const first = await machine.start((life) => ({
      overseer,
      overseerOptions: {
        tools: [
          speaking("call", line(books[0]), {
            effect,
            after: async () => {
              await new Promise((resolve) => setImmediate(resolve));
              life.kill();
              await createGate().opened;
            },
          }),
        ],
      },
    }));
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    const { colony } = await machine.start({
      overseer,
      overseerOptions: { tools: [speaking("call", line(books[1]), { effect })] },
    });
    const reply = await (await colony.inject("go", { idempotencyKey: "1" })).reply();
    expect(reply).toContain(words);
    expect(books[0]).toContain("call on 1");
    expect(books[1].filter((entry) => !entry.startsWith("close"))).toEqual(second);
  },
);
