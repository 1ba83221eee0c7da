import { RUNTIME_TOOLS, defineTool, type ModelRequest } from "@colony/core";
import { defineWorker } from "@colony/worker";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "./open-colony.ts";
import { reports, toolsTold } from "./testing/levels.ts";
import { Machine } from "./testing/machine.ts";

it("every tool that agents of any kind are given by the runtime is on the list of its own, and no other", async () => {
  await using machine = new Machine();
  const { colony, overseer, worker } = await machine.start({
    overseer: () => ({ text: "hi" }),
    worker: () => reports("done"),
    helper: { lifetime: "persistent" },
    limits: { maxDepth: 2 },
  });
  await (await colony.inject("hello")).reply();
  await (await colony.spawn("helper", { task: "t", parent: "overseer" })).report();
  const requests: readonly ModelRequest[] = [...overseer.requests, ...worker.requests];
  expect(new Set(requests.flatMap(toolsTold))).toEqual(RUNTIME_TOOLS);
});

it("a colony with a tool that goes by one of them is not opened, whoever has the tool", async () => {
  const model = createScriptedModel([]);
  const tools = [defineTool({ name: "ask_user", description: "Asks.", input: z.object({}), run: () => 1 })];
  const refusal = {
    code: "definition.invalid",
    message: 'the tool name "ask_user" is the runtime\'s own; choose another name',
  };
  await expect(openColony({ overseer: { model, tools } })).rejects.toMatchObject(refusal);
  expect(() => defineWorker({ model, tools })).toThrow(expect.objectContaining(refusal));
});
