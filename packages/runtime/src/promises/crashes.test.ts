import { defineTool, type ToolEffect } from "@colony/core";
import { checkPromises, createGate, type Life } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, heard, newest, results, spawns } from "../testing/said.ts";

const NEVER = createGate().opened;

/** A tool that takes its process with it. */
const poison = (life: Life, effect: ToolEffect = "pure") =>
  defineTool({
    name: "poison",
    description: "kills its process",
    input: z.object({}),
    effect,
    run: async () => {
      life.kill();
      await NEVER;
    },
  });

describe("an input that kills its process each time", () => {
  it.each(["pure", "idempotent", "once"] as const)(
    "is given up after three deaths in the same %s call, and what stands behind it is answered",
    async (effect) => {
      await using machine = new Machine();
      const start = () =>
        machine.start((life) => ({
          overseer: (request) => (newest(request) === "poison" ? calls(["poison", {}]) : echoes(request)),
          overseerOptions: { tools: [poison(life, effect)] },
        }));
      const first = await start();
      await first.colony.inject("poison", { idempotencyKey: "1" });
      await first.colony.inject("hello", { idempotencyKey: "2" });
      await first.life.death;
      for (let deaths = 2; deaths <= 3; deaths += 1) await (await start()).life.death;
      const { colony } = await start();
      const poisoned = await colony.inject("poison", { idempotencyKey: "1" });
      expect(await poisoned.outcome()).toMatchObject({ status: "failed", cause: "unrecoverable" });
      expect(await (await colony.inject("hello", { idempotencyKey: "2" })).reply()).toBe("re: hello");
      expect(checkPromises(await machine.events())).toEqual([]);
    },
  );

  it.each(["in its hook", "in its check", "in asking what became of it"])(
    "is given up after three deaths around a call, too: %s",
    async (where) => {
      await using machine = new Machine();
      let lives = 0;
      const start = () => {
        lives += 1;
        return machine.start((life) => {
          const die = async (): Promise<never> => {
            life.kill();
            await NEVER;
            throw new Error("it is dead");
          };
          const asks = where === "in asking what became of it";
          const tool = defineTool({
            name: "poison",
            description: "kills its process",
            input: where === "in its check" ? z.object({}).refine(die) : z.object({}),
            effect: "once",
            run: die,
            ...(asks ? { reconcile: die } : {}),
          });
          return {
            overseer: (request) => (newest(request) === "poison" ? calls(["poison", {}]) : echoes(request)),
            overseerOptions: {
              tools: [tool],
              ...(where === "in its hook"
                ? { hooks: (hooks) => hooks.on("beforeTool", () => life.kill()) }
                : {}),
            },
          };
        });
      };
      const first = await start();
      await first.colony.inject("poison", { idempotencyKey: "1" });
      await first.life.death;
      for (let more = 0; more < 5; more += 1) {
        const { colony, life } = await start();
        const receipt = colony.inject("poison", { idempotencyKey: "1" });
        await Promise.race([life.death, receipt.then((accepted) => accepted.outcome())]);
        if (life.alive) break;
      }
      expect(lives).toBe(4);
      expect(await machine.of("EXECUTION_FAILED")).toMatchObject([{ data: { cause: "unrecoverable" } }]);
    },
  );

  it("takes nobody with it: not those who waited for their model, nor those who were in a tool", async () => {
    await using machine = new Machine();
    let gate = createGate();
    const slow = defineTool({
      name: "slow",
      description: "takes its time",
      input: z.object({}),
      effect: "pure",
      run: () => gate.opened,
    });
    const start = () =>
      machine.start((life) => ({
        overseer: (request) => {
          if (heard(request).some((text) => text.includes("worker_report"))) return { text: "all reported" };
          return results(request).length === 0
            ? spawns("bad", "slow", "thoughtful")
            : { text: "started", before: gate.opened };
        },
        worker: (request) => {
          const [task] = heard(request);
          if (task === "bad") return calls(["poison", {}]);
          if (task === "thoughtful") return { text: "thought", before: gate.opened };
          return results(request).length === 0 ? calls(["slow", {}]) : { text: "slow is done" };
        },
        helper: { tools: [poison(life), slow] },
      }));
    const first = await start();
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    let lives = 2;
    let end: unknown;
    for (; lives < 10; lives += 1) {
      const { colony, life } = await start();
      await machine.settled();
      gate.open();
      const receipt = colony.inject("go", { idempotencyKey: "1" });
      end = await Promise.race([life.death, receipt.then((accepted) => accepted.reply())]);
      if (life.alive) break;
      gate = createGate();
    }
    expect([lives, end]).toEqual([4, "all reported"]);
    const reports = await machine.of("SUBAGENT_REPORT");
    expect(reports.map(({ data }) => `${data.name} ${data.status} ${data.cause}`).toSorted()).toEqual([
      "bad failed unrecoverable",
      "slow success finished",
      "thoughtful success finished",
    ]);
    expect((await machine.of("EXECUTION_FAILED")).map(({ agentId }) => agentId)).not.toContain("overseer");
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});

describe("a process that goes", () => {
  it("in good order charges nobody: ten deploys in the middle of a model call and of a tool end nothing", async () => {
    await using machine = new Machine();
    let gate = createGate();
    const slow = defineTool({
      name: "slow",
      description: "takes its time",
      input: z.object({}),
      effect: "pure",
      run: () => gate.opened,
    });
    const start = () =>
      machine.start({
        overseer: (request) => ({ ...echoes(request), before: gate.opened }),
        worker: (request) => (results(request).length === 0 ? calls(["slow", {}]) : { text: "done" }),
        helper: { tools: [slow] },
      });
    const { colony } = await start();
    const receipt = await colony.inject("hello", { idempotencyKey: "1" });
    const worker = await colony.spawn("helper", { task: "t" });
    for (let deploys = 0; deploys < 10; deploys += 1) {
      await machine.later(1_000);
      await machine.close();
      await start();
    }
    gate.open();
    gate = createGate();
    gate.open();
    await machine.settled();
    expect((await machine.of("EXECUTION_STARTED")).length).toBe(22);
    const completed = await machine.of("EXECUTION_COMPLETED");
    expect(completed.map(({ agentId }) => agentId).toSorted()).toEqual([receipt.agentId, worker.id]);
  });

  it("by force charges nobody who was in no effect, such as who waits for the next try", async () => {
    await using machine = new Machine();
    const busy = Object.assign(new Error("busy"), {
      statusCode: 429,
      responseHeaders: { "retry-after": "500" },
    });
    let tries = 0;
    const start = () =>
      machine.start({
        overseer: (request) => ((tries += 1) === 1 ? { throws: busy } : echoes(request)),
      });
    const { colony, life: firstLife } = await start();
    await colony.inject("hello", { idempotencyKey: "1" });
    await machine.settled();
    firstLife.kill();
    for (let deaths = 0; deaths < 6; deaths += 1) {
      const { life } = await start();
      await machine.settled();
      life.kill();
    }
    const last = await start();
    const receipt = await last.colony.inject("hello", { idempotencyKey: "1" });
    await machine.later(499_999);
    expect(tries).toBe(1);
    await machine.later(8_000);
    expect(await receipt.reply()).toBe("re: hello");
    expect(tries).toBe(2);
  });

  it("in model calls between which others went well has not died in the same work: seven turns, each with a death, end well", async () => {
    await using machine = new Machine();
    const look = defineTool({
      name: "look",
      description: "looks",
      input: z.object({ n: z.number() }),
      effect: "pure",
      run: ({ n }) => `seen ${n}`,
    });
    const TURNS = 7;
    const died = new Set<number>();
    const start = () =>
      machine.start((life) => ({
        overseer: (request) => {
          const turn = results(request).length + 1;
          if (died.has(turn)) return turn < TURNS ? calls(["look", { n: turn }]) : { text: "done" };
          died.add(turn);
          life.kill();
          return { text: "never", before: NEVER };
        },
        overseerOptions: { tools: [look] },
      }));
    const first = await start();
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    for (let deaths = 2; deaths <= TURNS; deaths += 1) await (await start()).life.death;
    const { colony } = await start();
    const receipt = await colony.inject("go", { idempotencyKey: "1" });
    expect(await receipt.outcome()).toMatchObject({ status: "completed", text: "done" });
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});

describe("time in which no host lived", () => {
  it.each(["killed", "closed"] as const)(
    "is charged to nobody's limit where the process was %s",
    async (how) => {
      await using machine = new Machine();
      const start = (text: string) =>
        machine.start({
          overseer: echoes,
          worker: () => (text === "" ? { text: "never", before: NEVER } : { text }),
          helper: { limits: { softWallMs: 60_000, hardWallMs: 90_000 } },
        });
      const { colony, life } = await start("");
      const { id } = await colony.spawn("helper", { task: "t" });
      await machine.later(50_000);
      if (how === "killed") life.kill();
      else await machine.close();
      await machine.later(86_400_000);
      const second = await start("done");
      const report = await second.colony.agent(id).report();
      expect(report).toMatchObject({ status: "success", summary: "done" });
      expect(report?.durationMs).toBeLessThanOrEqual(50_000);
      expect(second.colony.agent(id).record.execution?.startedAt).toBe(1_000);
    },
  );
});
