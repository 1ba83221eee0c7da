import { COLONY_STREAM, agentId, type ColonyEvent } from "@colony/core";
import { EventBus, createMemoryLog } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { News } from "./news.ts";

const worker = agentId("w-1");

/** News of a log in memory, and listeners that write down what they are told. */
function listening() {
  const log = createMemoryLog();
  const bus = new EventBus({ log, clock: createManualClock() });
  const heard: string[] = [];
  const listener = (name: string) => ({
    onNews: ({ agentId: of, type }: ColonyEvent) => void heard.push(`${name} ${of} ${type}`),
    onCalledOff: () => void heard.push(`${name} called off`),
  });
  const happen = async (agent: typeof worker): Promise<void> => {
    const events = [{ type: "BUDGET_SET", data: { budget: {} } }] as const;
    const expectedVersion = (await log.read({ agentId: agent })).length;
    await log.append({ agentId: agent, expectedVersion, events, at: 1 });
  };
  return { news: new News(bus), bus, heard, listener, happen };
}

it("whoever runs an agent is told of it, one who has taken over as well, and nobody who has left", async () => {
  const { news, bus, heard, listener, happen } = listening();
  const [first, second] = [listener("first"), listener("second")];
  news.hear(worker, first);
  news.hear(worker, second);
  news.callOff(worker);
  await happen(worker);
  news.leave(worker, first);
  await happen(worker);
  news.leave(worker, first);
  news.leave(worker, second);
  news.callOff(worker);
  await happen(worker);

  const said = `${worker} BUDGET_SET`;
  expect(heard).toEqual([
    "first called off",
    "second called off",
    `first ${said}`,
    `second ${said}`,
    `second ${said}`,
  ]);
  expect(bus.stats().subscribers).toBe(0);
});

it("what concerns the colony is told to everybody", async () => {
  const { news, heard, listener, happen } = listening();
  news.hear(worker, listener("first"));
  news.hear(worker, listener("second"));
  news.hear(agentId("w-2"), listener("third"));
  await happen(COLONY_STREAM);

  const said = `${COLONY_STREAM} BUDGET_SET`;
  expect(heard).toEqual([`first ${said}`, `second ${said}`, `third ${said}`]);
});
