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

  it("takes nobody with it: not those who waited for their model, nor those who were in a tool", async () => {
    await using machine = new Machine();
    let open = false;
    const gate = createGate();
    const slow = defineTool({
      name: "slow",
      description: "takes its time",
      input: z.object({}),
      effect: "pure",
      run: async () => {
        if (!open) await gate.opened;
        return "slow is done";
      },
    });
    const start = () =>
      machine.start((life) => ({
        overseer: (request) => {
          if (heard(request).some((text) => text.includes("worker_report"))) return { text: "all reported" };
          return results(request).length === 0
            ? spawns("bad", "slow", "thoughtful")
            : { text: "started", ...(open ? {} : { before: gate.opened }) };
        },
        worker: (request) => {
          const [task] = heard(request);
          if (task === "bad") return calls(["poison", {}]);
          if (task === "thoughtful") return { text: "thought", ...(open ? {} : { before: gate.opened }) };
          return results(request).length === 0 ? calls(["slow", {}]) : { text: "slow is done" };
        },
        helper: { tools: [poison(life), slow] },
      }));
    for (let deaths = 1; deaths <= 3; deaths += 1) {
      const { colony, life } = await start();
      if (deaths === 1) await colony.inject("go", { idempotencyKey: "1" });
      await Promise.race([life.death, machine.settled()]);
      if (life.alive) break;
    }
    open = true;
    gate.open();
    for (let more = 0; more < 3; more += 1) {
      const { colony, life } = await start();
      const receipt = await colony.inject("go", { idempotencyKey: "1" });
      await Promise.race([life.death, receipt.outcome()]);
      if (life.alive) break;
    }
    const reports = await machine.of("SUBAGENT_REPORT");
    expect(reports.map(({ data }) => [data.name, data.status, data.cause]).toSorted()).toEqual([
      ["bad", "failed", "unrecoverable"],
      ["slow", "success", "finished"],
      ["thoughtful", "success", "finished"],
    ]);
    expect((await machine.of("EXECUTION_FAILED")).map(({ agentId }) => agentId)).not.toContain("overseer");
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});
