import { SILENT_LOGGER, defineTool, type PendingRequest, type Tool } from "@colony/core";
import { createManualClock, createScriptedModel, createSequenceIds, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, newest, results, spawns } from "../testing/said.ts";

const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await colony.close();
});

interface Paid {
  readonly tool: Tool;
  readonly sums: number[];
}

/** A tool that pays, and what it has paid. */
function paying(needsApproval: boolean | ((input: { readonly sum: number }) => boolean) = true): Paid {
  const sums: number[] = [];
  const tool = defineTool({
    name: "pay",
    description: "Pays a sum.",
    input: z.object({ sum: z.number().positive() }),
    needsApproval,
    run({ sum }) {
      sums.push(sum);
      return `paid ${sum}`;
    },
  });
  return { tool, sums };
}

async function open(tools: readonly Tool[], overseer: ModelScript, worker: ModelScript = []) {
  const clock = createManualClock({ now: 1_000 });
  const colony = await openColony({
    clock,
    ids: createSequenceIds(),
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(overseer), tools },
    workers: { helper: defineWorker({ model: createScriptedModel(worker), tools }) },
    limits: { shutdownGraceMs: 0 },
  });
  opened.push(colony);
  return { colony, clock };
}

/** Pays these sums in one answer, then says what it was told. */
const pays =
  (...sums: readonly number[]): ModelScript =>
  (request) =>
    results(request).length > 0
      ? { text: results(request).join() }
      : calls(...sums.map((sum) => ["pay", { sum }] as const));

const ids = (colony: Colony): readonly string[] => colony.pending().map(({ id }) => id);

const first = (colony: Colony): PendingRequest => {
  const [request] = colony.pending();
  if (request === undefined) throw new Error("nothing waits");
  return request;
};

describe("a tool that needs approval", () => {
  it("pauses with the real arguments and runs once it is approved", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(5));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    expect(sums).toEqual([]);
    expect(first(colony)).toMatchObject({ kind: "approval", tool: "pay", input: { sum: 5 } });
    expect(colony.overseer.record.execution?.status).toBe("input_required");
    await colony.approve("overseer");
    expect(await receipt.reply()).toContain("paid 5");
    expect(sums).toEqual([5]);
  });

  it("is answered as denied with the reason", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(5));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    await colony.overseer.deny({ reason: "too dear" });
    const reply = await receipt.reply();
    expect(reply).toContain("denied by a person");
    expect(reply).toContain("too dear");
    expect(sums).toEqual([]);
  });

  it("runs with what a person has put in the place of its arguments", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(500));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    const edited = { sum: 50 };
    const approved = colony.approve("overseer", { input: edited });
    // Given away is given away.
    edited.sum = 51;
    await approved;
    edited.sum = 52;
    expect(await receipt.reply()).toContain("paid 50");
    expect(sums).toEqual([50]);
    const recorded = await colony.waitFor({ types: ["APPROVAL_RESOLVED"] }, { after: 0 });
    expect(recorded?.data).toMatchObject({ input: { sum: 50 } });
  });

  it("is not run with what it does not take: the person is told, and the call still waits", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(5));
    await colony.inject("Pay.");
    await colony.idle();
    await expect(colony.approve("overseer", { input: { sum: -1 } })).rejects.toMatchObject({
      code: "tool.invalid_input",
      message: expect.stringMatching(
        /^the input for "pay" does not fit: sum: .*; the call still waits$/,
      ) as string,
    });
    expect(ids(colony)).toHaveLength(1);
    expect(sums).toEqual([]);
  });

  it("is asked about by its input where it says so by a function; one that throws wants a person", async () => {
    const { tool, sums } = paying(({ sum }) => {
      if (sum === 13) throw new Error("no idea");
      return sum > 10;
    });
    const { colony } = await open([tool], pays(5, 20, 13));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    expect(colony.pending().map(({ input }) => input)).toEqual([{ sum: 20 }, { sum: 13 }]);
    for (const id of ids(colony)) await colony.approve(id);
    await receipt.reply();
    expect(sums.toSorted((a, b) => a - b)).toEqual([5, 13, 20]);
  });

  it("runs with what the model gave, whatever its word on the approval does to that", async () => {
    const { tool, sums } = paying((input) => {
      Object.assign(input, { sum: input.sum * 1_000 });
      return input.sum > 10_000;
    });
    const { colony } = await open([tool], pays(5, 20));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    expect(colony.pending().map(({ input }) => input)).toEqual([{ sum: 20 }]);
    await colony.approve("overseer");
    await receipt.reply();
    expect(sums).toEqual([5, 20]);
  });

  it("asks about all calls of an answer at once, and each runs once it is approved, whatever the others wait for", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(1, 2));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    const [one = "", two = ""] = ids(colony);
    await colony.approve(two);
    await colony.idle();
    expect(sums).toEqual([2]);
    expect(ids(colony)).toEqual([one]);
    await colony.approve(one);
    await receipt.reply();
    expect(sums).toEqual([2, 1]);
  });

  it("is not asked about again by the same worker after `always: worker`, but by others", async () => {
    const { tool, sums } = paying();
    const worker: ModelScript = (request) => {
      const told = results(request).length;
      return told < 2 ? calls(["pay", { sum: told + 1 }]) : { text: "done" };
    };
    const { colony } = await open([tool], [], worker);
    const one = await colony.spawn("helper", { task: "Pay twice.", name: "one" });
    await colony.idle();
    await one.approve({ always: "worker" });
    expect((await one.report())?.status).toBe("success");
    expect(sums).toEqual([1, 2]);
    await colony.spawn("helper", { task: "Pay twice.", name: "two" });
    await colony.idle();
    expect(ids(colony)).toHaveLength(1);
  });

  it("is not asked about again by anybody after `always: tool`, what waits already included, until that is taken back", async () => {
    const { tool, sums } = paying();
    const worker: ModelScript = (request) =>
      results(request).length > 0 ? { text: "done" } : calls(["pay", { sum: 1 }]);
    const { colony } = await open([tool], [], worker);
    const handles = [];
    for (const name of ["one", "two"]) handles.push(await colony.spawn("helper", { task: "Pay.", name }));
    await colony.idle();
    await colony.approve("one", { always: "tool" });
    for (const handle of handles) await handle.report();
    await (await colony.spawn("helper", { task: "Pay.", name: "three" })).report();
    expect(sums).toEqual([1, 1, 1]);
    await colony.setToolApproval("pay", false);
    await colony.spawn("helper", { task: "Pay.", name: "four" });
    await colony.idle();
    expect(ids(colony)).toHaveLength(1);
  });

  it("surfaces from any depth in one list, and deciding does not start the worker afresh", async () => {
    const { tool, sums } = paying();
    let asked = 0;
    const worker: ModelScript = (request) => {
      asked += 1;
      return results(request).length > 0 ? { text: results(request).join() } : calls(["pay", { sum: 7 }]);
    };
    const overseer: ModelScript = (request) =>
      newest(request) === "Go." ? spawns("a") : { text: newest(request) };
    const { colony } = await open([tool], overseer, worker);
    const receipt = await colony.inject("Go.");
    await colony.idle();
    expect(first(colony)).toMatchObject({ agentName: "a", depth: 1, definitionId: "helper" });
    await colony.approve("a");
    expect(await receipt.reply()).toContain("paid 7");
    expect({ asked, sums }).toEqual({ asked: 2, sums: [7] });
  });

  it("is called off with its execution, and not run afterwards", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(5));
    await colony.inject("Pay.");
    await colony.idle();
    const { id } = first(colony);
    await colony.overseer.cancel();
    await expect(colony.approve(id)).rejects.toMatchObject({ code: "request.not_open" });
    expect(sums).toEqual([]);
  });

  it("is refused an approval that is none, in words", async () => {
    const { tool } = paying();
    const { colony } = await open([tool], pays(5));
    await colony.inject("Pay.");
    await colony.idle();
    // @ts-expect-error -- what a program in JavaScript may give
    await expect(colony.approve("overseer", { always: "ever" })).rejects.toMatchObject({
      code: "usage.invalid",
    });
    await expect(colony.answer("overseer", 1)).rejects.toMatchObject({ code: "request.not_open" });
    expect(ids(colony)).toHaveLength(1);
  });

  it("holds up no call beside it that hooks are asked about, or whose input takes its time to be checked", async () => {
    const { tool, sums } = paying();
    const looked: string[] = [];
    const look = defineTool({
      name: "look",
      description: "Looks.",
      effect: "pure",
      input: z.object({ at: z.string() }).refine(async () => await Promise.resolve(true)),
      inputSchema: { type: "object" },
      run: ({ at }) => void looked.push(at),
    });
    const asked: string[] = [];
    const colony = await openColony({
      clock: createManualClock({ now: 1_000 }),
      ids: createSequenceIds(),
      logger: SILENT_LOGGER,
      overseer: {
        tools: [tool, look],
        hooks: (on) => on.on("beforeTool", ({ name }) => void asked.push(name)),
        model: createScriptedModel((request) =>
          results(request).length > 0 ? { text: "done" } : calls(["pay", { sum: 1 }], ["look", { at: "it" }]),
        ),
      },
      limits: { shutdownGraceMs: 0 },
    });
    opened.push(colony);
    const receipt = await colony.inject("Go.");
    await colony.idle();
    expect({ looked, asked, sums }).toEqual({ looked: ["it"], asked: ["look"], sums: [] });
    await colony.approve("overseer");
    await receipt.reply();
    expect(sums).toEqual([1]);
  });

  it("is approved for all of an answer's calls of the tool at once, and nothing is when the one named is not open", async () => {
    const { tool, sums } = paying();
    const { colony } = await open([tool], pays(1, 2, 3));
    const receipt = await colony.inject("Pay.");
    await colony.idle();
    const [one = "", two = ""] = ids(colony);
    await colony.deny(one);
    await expect(colony.approve(one, { always: "tool" })).rejects.toMatchObject({ code: "request.not_open" });
    expect(colony.state.approvedTools ?? []).toEqual([]);
    await colony.approve(two, { always: "tool" });
    await receipt.reply();
    expect(sums).toEqual([2, 3]);
    expect(colony.state.approvedTools).toEqual(["pay"]);
  });
});
