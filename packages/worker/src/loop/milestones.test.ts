import { defineTool, type Tool, type ToolContext } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { createFailingLog } from "../testing/failing-log.ts";
import { TestColony, WORKER } from "../testing/test-colony.ts";

const climb = (run: (context: ToolContext) => unknown): Tool =>
  defineTool({
    name: "climb",
    description: "Goes up.",
    input: z.object({}),
    run: async (_input, context) => await run(context),
  });

const once = () =>
  createScriptedModel([
    { toolCalls: [{ id: "a", name: "climb", input: {} }] },
    { toolCalls: [{ id: "r", name: "report_to_parent", input: { status: "success", summary: "Up." } }] },
  ]);

const worker = (run: (context: ToolContext) => unknown) =>
  defineWorker({ model: once(), tools: [climb(run)] });

it("what a tool comes to is recorded before its call ends, in order, also where it does not wait for it", async () => {
  await using colony = await TestColony.open({
    definition: worker(({ milestone }) => {
      void milestone("the first hut");
      void milestone("the second hut", { metres: 2_400 });
      return "on the top";
    }),
  });
  await colony.finish();
  expect(
    colony.of("MILESTONE_REACHED").map(({ data }) => [data.ordinal, data.name, data.text, data.data]),
  ).toEqual([
    [1, "climb", "the first hut", undefined],
    [2, "climb", "the second hut", { metres: 2_400 }],
  ]);
  const types = colony.types();
  expect(types.lastIndexOf("MILESTONE_REACHED")).toBeLessThan(types.indexOf("TOOL_CALL_COMPLETED"));
  expect(colony.ledger.index.get(WORKER)?.milestone?.text).toBe("the second hut");
});

it("what will not do is refused to the tool with a sentence, and harms nothing where nobody looks at it", async () => {
  const refusals: unknown[] = [];
  await using colony = await TestColony.open({
    definition: worker(async ({ milestone }) => {
      void milestone("");
      await milestone(" ").catch((error: unknown) => refusals.push(error));
      await milestone("a hut");
      const circle: Record<string, never> = {};
      Object.assign(circle, { circle });
      await milestone("a hut", circle).catch((error: unknown) => refusals.push(error));
      return "on the top";
    }),
  });
  expect((await colony.finish()).status).toBe("success");
  expect(refusals).toMatchObject([
    {
      code: "milestone.invalid",
      message: expect.stringMatching(/^the text of a milestone is " ";/) as unknown,
    },
    {
      code: "milestone.invalid",
      message: expect.stringMatching(/^the data of a milestone is an object/) as unknown,
    },
  ]);
  expect(colony.of("MILESTONE_REACHED").map(({ data }) => data.text)).toEqual(["a hut"]);
});

it("the hundred and first milestone of an execution is refused, and the tool may go on", async () => {
  let refusal: unknown;
  await using colony = await TestColony.open({
    definition: worker(async ({ milestone }) => {
      for (let hut = 1; hut <= 100; hut += 1) await milestone(`hut ${hut}`);
      await milestone("hut 101").catch((error: unknown) => (refusal = error));
      return "on the top";
    }),
  });
  expect((await colony.finish()).status).toBe("success");
  expect(refusal).toMatchObject({ code: "milestone.too_many" });
  expect(colony.of("MILESTONE_REACHED")).toHaveLength(100);
});

it("what a call says after its end is refused", async () => {
  let late: ToolContext["milestone"] | undefined;
  await using colony = await TestColony.open({
    definition: worker(({ milestone }) => {
      late = milestone;
      return "on the top";
    }),
  });
  await colony.finish();
  await expect(late?.("too late")).rejects.toMatchObject({
    code: "tool_call.not_open",
    message: 'tool call "a" has ended; what it comes to now is not kept',
  });
  expect(colony.of("MILESTONE_REACHED")).toEqual([]);
});

it("a milestone that the disk refuses is recorded once the disk takes it, and the call ends after it", async () => {
  const log = createFailingLog();
  await using colony = await TestColony.open({
    log,
    definition: worker(({ milestone }) => {
      log.failNext(2);
      void milestone("the first hut");
      void milestone("the second hut");
      return "on the top";
    }),
  });
  await colony.spawn();
  const working = colony.work();
  for (let seconds = 0; seconds < 10; seconds += 1) await colony.clock.advance(1_000);
  await working;
  expect(log.failures()).toBe(2);
  expect(colony.of("MILESTONE_REACHED").map(({ data }) => data.text)).toEqual([
    "the first hut",
    "the second hut",
  ]);
  expect(colony.report().status).toBe("success");
});
