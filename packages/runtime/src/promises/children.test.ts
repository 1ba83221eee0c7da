import { checkPromises, createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, heard, newest, results, spawns } from "../testing/said.ts";

const NEVER = createGate().opened;

describe("a worker", () => {
  it("whose process dies before its first message starts cleanly, and its parent goes on", async () => {
    await using machine = new Machine();
    const overseer = (request: Parameters<typeof heard>[0]) =>
      results(request).length === 0 ? spawns("a") : { text: newest(request) };
    const worker = (request: Parameters<typeof heard>[0]) => ({ text: `did ${newest(request)}` });
    const first = await machine.start({ overseer, worker });
    first.colony.events$.subscribe(({ type }) => {
      if (type === "AGENT_SPAWNED") first.life.kill();
    });
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    expect(await machine.of("MESSAGE_APPENDED")).not.toContainEqual(
      expect.objectContaining({ agentId: "w-1" }),
    );
    const { colony } = await machine.start({ overseer, worker });
    expect(await (await colony.inject("go", { idempotencyKey: "1" })).reply()).toContain("did a");
    expect(await machine.of("AGENT_SPAWNED")).toHaveLength(2);
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("that reported itself keeps that report when its process dies before it has come to its end", async () => {
    await using machine = new Machine();
    const worker = (request: Parameters<typeof heard>[0]) =>
      results(request).length === 0
        ? calls(["report_to_parent", { status: "partial", summary: "half of it" }])
        : { text: "something else" };
    const first = await machine.start({ overseer: [], worker });
    first.colony.events$.subscribe(({ type }) => {
      if (type === "REPORT_RECORDED") first.life.kill();
    });
    const { id } = await first.colony.spawn("helper", { task: "t" });
    await first.life.death;
    const { colony } = await machine.start({ overseer: [], worker });
    expect(await colony.agent(id).report()).toMatchObject({
      status: "partial",
      summary: "half of it",
      explicit: true,
    });
    expect(await machine.of("SUBAGENT_REPORT")).toHaveLength(1);
  });

  it("that a person cancels is a report to its parent, which goes on", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (request) => (results(request).length === 0 ? spawns("a") : { text: newest(request) }),
      worker: () => ({ text: "never", before: NEVER }),
    });
    const receipt = await colony.inject("go");
    await machine.settled();
    await colony.agent("a").cancel();
    expect(await receipt.reply()).toContain('status="cancelled"');
  });
});

describe("reports of workers", () => {
  it.each(["interrupts", "cancels", "stops"] as const)(
    "are all in the parent's conversation, once each, although a person %s the parent meanwhile",
    async (how) => {
      await using machine = new Machine();
      const gate = createGate();
      const { colony, overseer } = await machine.start({
        overseer: (request, index) => {
          if (index === 0) return spawns("a", "b", "c");
          return index === 1 ? { text: "never", before: NEVER } : { text: `re: ${heard(request).length}` };
        },
        worker: (request) => ({ text: `did ${newest(request)}`, before: gate.opened }),
      });
      await colony.inject("go");
      await machine.settled();
      if (how === "interrupts") await colony.inject("now this", { mode: "interrupt" });
      if (how === "cancels") await colony.overseer.cancel();
      if (how === "stops") await colony.stop();
      gate.open();
      await machine.settled();
      await (await colony.inject("what became of them?")).reply();
      const said = heard(overseer.requests.at(-1) ?? { prompt: [] }).join("\n");
      for (const name of ["a", "b", "c"]) expect(said.split(`"name":"${name}"`)).toHaveLength(2);
      expect(await machine.of("SUBAGENT_REPORT")).toHaveLength(3);
      expect(checkPromises(await machine.events())).toEqual([]);
    },
  );

  it("that nobody read before their process died are read by the next one, without being asked for", async () => {
    await using machine = new Machine();
    const first = await machine.start({
      overseer: (_request, index) => (index === 0 ? spawns("a") : { text: "started" }),
      worker: () => ({ text: "did it" }),
    });
    first.colony.reports$.subscribe(() => first.life.kill());
    await first.colony.inject("go", { idempotencyKey: "1" });
    await first.life.death;
    const { colony, overseer } = await machine.start({ overseer: echoes, worker: [] });
    await colony.idle();
    expect(newest(overseer.requests.at(-1) ?? { prompt: [] })).toContain("did it");
  });

  it("that come for a worker that is closed are said to be discarded, by the next process where theirs died before it could", async () => {
    await using machine = new Machine();
    const parts = {
      overseer: [],
      worker: (request: Parameters<typeof heard>[0]) =>
        newest(request) === "parent" && results(request).length === 0
          ? spawns("child")
          : { text: "never", before: NEVER },
      limits: { maxDepth: 2 },
    };
    const first = await machine.start(parts);
    const parent = await first.colony.spawn("helper", { task: "parent" });
    const child = () => first.colony.agents().find(({ name }) => name === "child");
    await machine.until(() => child()?.execution?.status === "running");
    first.colony.select({ types: ["SUBAGENT_REPORT"] }).subscribe(({ agentId }) => {
      if (agentId !== parent.id) first.life.kill();
    });
    void parent.close();
    await first.life.death;
    await machine.settled();
    const types = (await machine.events()).map(({ type }) => type);
    expect(types.indexOf("AGENT_CLOSED")).toBeLessThan(types.lastIndexOf("SUBAGENT_REPORT"));
    expect(types).not.toContain("INPUT_DISCARDED");
    const { colony } = await machine.start(parts);
    await colony.idle();
    const [, report] = await machine.of("SUBAGENT_REPORT");
    expect(await machine.of("INPUT_DISCARDED")).toMatchObject([
      { agentId: parent.id, data: { inputId: report?.id } },
    ]);
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});
