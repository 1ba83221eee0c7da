import { createMemoryLog } from "@colony/eventbus";
import { createGate, createScriptedModel, createSlowLog, type Gate } from "@colony/testkit";
import { expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony } from "../testing/test-colony.ts";
import { gatedTool } from "../testing/test-tools.ts";

const call = (name: string, text: string) => ({ id: text, name, input: { text } });

test.each(["pure", "idempotent"] as const)(
  "a call (%s) that comes back while its sibling's outcome is being written is not begun again",
  async (effect) => {
    const held: Gate[] = [];
    const log = createSlowLog(createMemoryLog(), async () => await held[0]?.opened);
    const tool = gatedTool(effect);
    const model = createScriptedModel([
      { toolCalls: [call(effect, "a"), call(effect, "b"), call(effect, "c")] },
      { text: "Done." },
    ]);
    await using colony = await TestColony.open({
      log,
      definition: defineWorker({ model, tools: [tool.tool] }),
    });
    await colony.spawn();
    const running = colony.run();
    await colony.settled();
    expect(tool.begun).toEqual(["a", "b", "c"]);

    const disk = createGate();
    held.push(disk);
    tool.gate("a").open();
    await colony.settled();
    tool.gate("b").open();
    await colony.settled();
    disk.open();
    await colony.settled();
    tool.gate("c").open();
    await running;

    expect(tool.begun).toEqual(["a", "b", "c"]);
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.callId.at(-1))).toHaveLength(3);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
    expect(colony.logged).toEqual([]);
  },
);

test("a worker that many things happen to while each of its commits takes its time ends once and well", async () => {
  const log = createSlowLog(createMemoryLog(), async () => {
    for (let turns = 0; turns < 3; turns += 1)
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
  });
  const tool = gatedTool("pure");
  const names = ["a", "b", "c", "d", "e", "f"];
  const model = createScriptedModel([
    { toolCalls: names.map((name) => call("pure", name)) },
    { toolCalls: names.map((name) => call("pure", `${name}2`)) },
    { text: "Done." },
  ]);
  const definition = defineWorker({ model, tools: [tool.tool], limits: { parallelTools: 3 } });
  await using colony = await TestColony.open({ log, definition });
  await colony.spawn();
  const running = colony.run();
  for (const text of [...names, ...names.map((name) => `${name}2`)]) {
    tool.gate(text).open();
    await colony.settled();
    await colony.inject(`meanwhile ${text}`, { mode: "steer" });
  }
  await running;
  expect(tool.begun.toSorted()).toEqual([...names, ...names.map((name) => `${name}2`)].toSorted());
  expect(colony.of("INPUT_DELIVERED").flatMap(({ data }) => data.inputIds)).toHaveLength(12);
  expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
});
