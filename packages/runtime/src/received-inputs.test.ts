import { agentId, inputId, type Append, type EventLog } from "@colony/core";
import { EventBus, createMemoryLog } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { ReceivedInputs } from "./received-inputs.ts";

const received = (agent: string, index: number, idempotencyKey?: string): Append => ({
  agentId: agentId(agent),
  expectedVersion: index,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: {
        inputId: inputId(`${agent}-${index}`),
        kind: "chat",
        mode: "queue",
        from: "user",
        text: "x",
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      },
    },
  ],
  at: 1,
});

it("inputs that come again are found with one reading of what is new, however many they are", async () => {
  const log = createMemoryLog();
  let read = 0;
  const counted: EventLog = {
    ...log,
    read: async (asked) => {
      const page = await log.read(asked);
      read += page.length;
      return page;
    },
  };
  const bus = new EventBus({ log: counted, clock: createManualClock(), history: 1 });
  const inputs = new ReceivedInputs(bus);
  const agent = agentId("a");
  const find = (from: number, to: number): Promise<readonly (number | undefined)[]> =>
    Promise.all(
      Array.from({ length: to - from }, (_, index) => inputs.seqOf(agent, inputId(`a-${from + index}`))),
    );
  for (let index = 0; index < 200; index += 1) await bus.publish(received("a", index, `k${index}`));
  expect(await find(0, 200)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(read).toBeLessThanOrEqual(200);
  for (let index = 200; index < 300; index += 1) await bus.publish(received("a", index, `k${index}`));
  expect(await find(0, 300)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(read).toBeLessThanOrEqual(300);
  expect(read).toBeGreaterThan(200);
});

it("finds nothing of another agent, of an input without a key, and of one that never came", async () => {
  const log = createMemoryLog();
  const bus = new EventBus({ log, clock: createManualClock() });
  await bus.publish(received("a", 0));
  await bus.publish(received("a", 1, "k"));
  const inputs = new ReceivedInputs(bus);
  const seqOf = (agent: string, id: string): Promise<number | undefined> =>
    inputs.seqOf(agentId(agent), inputId(id));
  expect(await Promise.all([seqOf("b", "a-1"), seqOf("a", "a-0"), seqOf("a", "a-9")])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(await seqOf("a", "a-1")).toBe(2);
});

it("reads again what could not be read", async () => {
  const log = createMemoryLog();
  let fails = true;
  const failing: EventLog = {
    ...log,
    read: async (asked) => {
      if (fails) throw new Error("not now");
      return await log.read(asked);
    },
  };
  await log.append(received("a", 0, "k"));
  const inputs = new ReceivedInputs(new EventBus({ log: failing, clock: createManualClock() }));
  await expect(inputs.seqOf(agentId("a"), inputId("a-0"))).rejects.toThrow("not now");
  fails = false;
  expect(await inputs.seqOf(agentId("a"), inputId("a-0"))).toBe(1);
});
