import { defineTool } from "@colony/core";
import { checkPromises, createGate, type Life } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

const NEVER = createGate().opened;

/** A machine on which a worker works slowly and innocently, beside others that kill their process. */
class Unlucky {
  readonly machine = new Machine();
  readonly gate = createGate();

  async start() {
    const slow = defineTool({
      name: "slow",
      description: "takes its time",
      input: z.object({}),
      effect: "pure",
      run: () => this.gate.opened,
    });
    const poison = (life: Life) =>
      defineTool({
        name: "poison",
        description: "kills its process",
        input: z.object({}),
        effect: "pure",
        run: async () => {
          life.kill();
          await NEVER;
        },
      });
    return await this.machine.start((life) => ({
      overseer: echoes,
      worker: (request) => {
        if (results(request).length > 0) return { text: "got through" };
        return newest(request) === "slow" ? calls(["slow", {}]) : calls(["poison", {}]);
      },
      helper: { tools: [slow, poison(life)] },
      limits: { concurrency: 10 },
    }));
  }

  /** A process at the end of which something has killed it; `meet` says what else comes in. */
  async dies(meet?: string) {
    const { colony, life } = await this.start();
    await this.machine.settled();
    if (meet !== undefined && life.alive) await colony.spawn("helper", { task: meet, name: meet });
    await life.death;
  }

  /** Ends of workers by name. */
  async ends(): Promise<readonly string[]> {
    const reports = await this.machine.of("SUBAGENT_REPORT");
    return reports.map(({ data }) => `${data.name} ${data.status} ${data.cause}`).toSorted();
  }
}

/** The innocent has been beside a poison twice, and beside a new one once. */
async function threeDeaths(): Promise<Unlucky> {
  const unlucky = new Unlucky();
  const { colony, life } = await unlucky.start();
  await colony.spawn("helper", { task: "slow", name: "slow" });
  await unlucky.machine.settled();
  await colony.spawn("helper", { task: "poison", name: "first" });
  await life.death;
  await unlucky.dies();
  await unlucky.dies("second");
  return unlucky;
}

const lastOf = (names: readonly string[]): string => names.at(-1) ?? "";

describe("an innocent that was beside three deaths", () => {
  it("is tried with nothing else at work, and gets through; the poisons are given up, each for itself", async () => {
    const unlucky = await threeDeaths();
    await using machine = unlucky.machine;
    const { colony, life } = await unlucky.start();
    const hello = await colony.inject("hello");
    await machine.settled();
    const began = (await machine.of("EXECUTION_STARTED")).slice(-1).map(({ agentId }) => agentId);
    expect(colony.agent("slow").id).toBe(lastOf(began));
    expect(life.alive).toBe(true);
    unlucky.gate.open();
    await life.death;
    for (let lives = 0; lives < 6; lives += 1) {
      const next = await unlucky.start();
      await machine.settled();
      if (next.life.alive) break;
    }
    expect(await unlucky.ends()).toEqual([
      "first failed unrecoverable",
      "second failed unrecoverable",
      "slow success finished",
    ]);
    expect((await machine.of("INPUT_DELIVERED")).map(({ data }) => data.inputIds)).toContainEqual([
      hello.inputId,
    ]);
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("does not hold up the colony for longer than half a minute, and a second poison still does not take it along", async () => {
    const unlucky = await threeDeaths();
    await using machine = unlucky.machine;
    const fourth = await unlucky.start();
    const held = await fourth.colony.inject("hello", { idempotencyKey: "1" });
    await machine.later(29_000);
    expect(await machine.of("INPUT_DELIVERED")).toEqual([]);
    expect(fourth.life.alive).toBe(true);
    await machine.later(1_000);
    expect(fourth.life.alive).toBe(false);

    const { colony, life } = await unlucky.start();
    await machine.later(31_000);
    expect(life.alive).toBe(true);
    const again = await colony.inject("hello", { idempotencyKey: "1" });
    expect(again.inputId).toBe(held.inputId);
    expect(await again.reply()).toBe("re: hello");
    unlucky.gate.open();
    await life.death;
    expect(await machine.of("TOOL_CALL_COMPLETED")).toMatchObject([
      { agentId: "w-1", data: { name: "slow" } },
    ]);
  });
});

it("work that was beside six deaths and never alone is given up: the bound for the unlucky", async () => {
  const unlucky = await threeDeaths();
  await using machine = unlucky.machine;
  for (const meet of [undefined, "third", "fourth"]) {
    const { colony, life } = await unlucky.start();
    await machine.later(30_000);
    if (life.alive && meet !== undefined) await colony.spawn("helper", { task: meet, name: meet });
    await life.death;
  }
  await unlucky.start();
  await machine.settled();
  expect(await unlucky.ends()).toContain("slow failed unrecoverable");
  const [failed] = await machine.of("EXECUTION_FAILED");
  expect(failed?.data.error?.message).toContain("died 6 times");
});

it("work that is alone when its host dies for the third time is given up at once", async () => {
  await using machine = new Machine();
  const start = () =>
    machine.start((life) => ({
      overseer: (request) => {
        if (newest(request) === "poison") life.kill();
        return echoes(request);
      },
    }));
  const { colony, life } = await start();
  await colony.inject("poison", { idempotencyKey: "1" });
  await life.death;
  for (let deaths = 2; deaths <= 3; deaths += 1) await (await start()).life.death;
  const last = await start();
  const receipt = await last.colony.inject("poison", { idempotencyKey: "1" });
  expect(await receipt.outcome()).toMatchObject({ status: "failed", cause: "unrecoverable" });
  const started = await machine.of("EXECUTION_STARTED");
  expect(started.map(({ data }) => data.alone ?? false)).toEqual([false, true, true, true]);
});
