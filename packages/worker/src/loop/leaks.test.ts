import { getEventListeners } from "node:events";
import { agentId } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import { TestColony } from "../testing/test-colony.ts";
import { echo } from "../testing/test-tools.ts";

test("2,000 executions leave no subscriber, no timer and no abort listener behind", async () => {
  const model = createScriptedModel((request) =>
    request.prompt.some(({ role }) => role === "tool")
      ? { text: "Done." }
      : { toolCalls: [{ id: "a", name: "echo", input: { text: "a" } }] },
  );
  await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [echo] }) });
  const before = colony.bus.stats();
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round += 1) {
    const ids = Array.from({ length: 100 }, (_, index) => agentId(`w-${round}-${index}`));
    await Promise.all(
      ids.map(async (id) => {
        await colony.spawn({ id });
        await colony.run(id, signal);
      }),
    );
  }
  expect(colony.events.filter(({ type }) => type === "EXECUTION_COMPLETED")).toHaveLength(2_000);
  const { subscribers, pulseListeners, waitingFeeds } = colony.bus.stats();
  expect({ subscribers, pulseListeners, waitingFeeds }).toEqual({
    subscribers: before.subscribers,
    pulseListeners: 0,
    waitingFeeds: 0,
  });
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await colony.settled();
  expect(colony.clock.pending()).toBeLessThanOrEqual(1);
  for (const request of model.requests.slice(-10))
    expect(request.abortSignal === undefined ? [] : getEventListeners(request.abortSignal, "abort")).toEqual(
      [],
    );
});
