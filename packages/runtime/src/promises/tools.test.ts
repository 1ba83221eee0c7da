import { defineTool, type Tool, type ToolEffect } from "@colony/core";
import { createGate, type Life } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, results } from "../testing/said.ts";

const NEVER = createGate().opened;
const shape = { description: "does something", input: z.object({}) };

/** A tool that says in a list that it ran. */
const counted = (name: string, effect: ToolEffect, ran: string[]): Tool =>
  defineTool({
    ...shape,
    name,
    effect,
    run: () => {
      ran.push(name);
      return `${name} done`;
    },
  });

/** One that runs into the death of its process. */
const deadly = (
  name: string,
  effect: ToolEffect,
  { ran, life }: { readonly ran: string[]; readonly life: Life },
): Tool =>
  defineTool({
    ...shape,
    name,
    effect,
    run: async () => {
      ran.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      life.kill();
      await NEVER;
    },
  });

/** A process that dies in its calls, and the next one, which finishes; what ran in the first and in the second. */
async function twoLives(
  machine: Machine,
  asked: readonly string[],
  tools: {
    readonly first: (life: Life, ran: string[]) => readonly Tool[];
    readonly second: (ran: string[]) => readonly Tool[];
  },
) {
  const ran: string[][] = [[], []];
  const overseer = (request: Parameters<typeof results>[0]) =>
    results(request).length === 0
      ? calls(...asked.map((name) => [name, {}] as const))
      : { text: results(request).join(" ") };
  const first = await machine.start((life) => ({
    overseer,
    overseerOptions: { tools: tools.first(life, ran[0] ?? []) },
  }));
  await first.colony.inject("go", { idempotencyKey: "1" });
  await first.life.death;
  const { colony } = await machine.start({
    overseer,
    overseerOptions: { tools: tools.second(ran[1] ?? []) },
  });
  const reply = await (await colony.inject("go", { idempotencyKey: "1" })).reply();
  return { reply, first: ran[0], second: ran[1] };
}

describe("a batch of calls that is cut in the middle", () => {
  it("keeps the results that were recorded, and runs again what had none", async () => {
    await using machine = new Machine();
    const lives = await twoLives(machine, ["a", "b", "late"], {
      first: (life, ran) => [
        counted("a", "pure", ran),
        counted("b", "idempotent", ran),
        deadly("late", "pure", { life, ran }),
      ],
      second: (ran) => [
        counted("a", "pure", ran),
        counted("b", "idempotent", ran),
        counted("late", "pure", ran),
      ],
    });
    expect(lives).toMatchObject({ first: ["a", "b", "late"], second: ["late"] });
    for (const name of ["a", "b", "late"]) expect(lives.reply).toContain(`${name} done`);
  });

  it("marks the one that may not run twice, and runs the one behind it, which had never begun", async () => {
    await using machine = new Machine();
    const lives = await twoLives(machine, ["pay", "post"], {
      first: (life, ran) => [deadly("pay", "once", { life, ran }), counted("post", "once", ran)],
      second: (ran) => [counted("pay", "once", ran), counted("post", "once", ran)],
    });
    expect(lives).toMatchObject({ first: ["pay"], second: ["post"] });
    expect(lives.reply).toMatch(/[Oo]utcome unknown.*post done/);
    expect(await machine.of("TOOL_OUTCOME_UNKNOWN")).toMatchObject([{ data: { name: "pay" } }]);
  });
});

describe("a call that was cut", () => {
  it.each<[ToolEffect, ToolEffect]>([
    ["pure", "once"],
    ["idempotent", "once"],
    ["once", "pure"],
    ["once", "idempotent"],
  ])(
    "of a tool that was %s and is now %s is not run again: both say whether it may be",
    async (then, now) => {
      await using machine = new Machine();
      const lives = await twoLives(machine, ["change"], {
        first: (life, ran) => [deadly("change", then, { life, ran })],
        second: (ran) => [counted("change", now, ran)],
      });
      expect(lives).toMatchObject({ first: ["change"], second: [] });
      expect(lives.reply).toContain("utcome unknown");
    },
  );

  it("of a tool that is not there any more has one outcome, which says so", async () => {
    await using machine = new Machine();
    const lives = await twoLives(machine, ["gone"], {
      first: (life, ran) => [deadly("gone", "pure", { life, ran })],
      second: () => [],
    });
    expect(lives.reply).toContain("no tool");
    expect(await machine.of("TOOL_CALL_COMPLETED")).toMatchObject([{ data: { name: "gone" } }]);
  });
});

it("a tool that fails does not discard what its siblings have done", async () => {
  await using machine = new Machine();
  const ran: string[] = [];
  const failing = defineTool({
    ...shape,
    name: "fail",
    effect: "pure",
    run: () => {
      throw new Error("it broke");
    },
  });
  const { colony } = await machine.start({
    overseer: (request) =>
      results(request).length === 0
        ? calls(["a", {}], ["fail", {}], ["b", {}])
        : { text: results(request).join(" ") },
    overseerOptions: { tools: [counted("a", "pure", ran), failing, counted("b", "once", ran)] },
  });
  expect(await (await colony.inject("go")).reply()).toMatch(/a done.*it broke.*b done/);
  expect(ran).toEqual(["a", "b"]);
});

describe("hooks", () => {
  it("are not asked anew about a call that had begun: what they said then holds", async () => {
    await using machine = new Machine();
    const asked: string[][] = [[], []];
    const overseer = (request: Parameters<typeof results>[0]) =>
      results(request).length === 0
        ? calls(["begun", {}], ["waiting", {}])
        : { text: results(request).join(" ") };
    const ran: string[] = [];
    const first = await machine.start((life) => ({
      overseer,
      overseerOptions: {
        tools: [deadly("begun", "idempotent", { life, ran }), counted("waiting", "once", ran)],
        hooks: (hooks) => hooks.on("beforeTool", ({ name }) => void asked[0]?.push(name)),
      },
    }));
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    const { colony } = await machine.start({
      overseer,
      overseerOptions: {
        tools: [counted("begun", "idempotent", ran), counted("waiting", "once", ran)],
        hooks: (hooks) =>
          hooks.on("beforeTool", ({ name, veto }) => {
            asked[1]?.push(name);
            veto("not today");
          }),
      },
    });
    const reply = await (await colony.inject("go", { idempotencyKey: "1" })).reply();
    expect(asked).toEqual([["begun"], ["waiting"]]);
    expect(ran).toEqual(["begun", "begun"]);
    expect(reply).toMatch(/begun done.*not today/);
  });
});
