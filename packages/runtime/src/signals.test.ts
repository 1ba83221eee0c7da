import { SILENT_LOGGER, type ColonyEvent, type EventType } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, createScriptedModel, readAll } from "@colony/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openColony } from "./open-colony.ts";
import { ColonyPlace } from "./testing/colony-process.ts";

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

async function events(): Promise<readonly ColonyEvent[]> {
  await using store = await openSqliteStore({ dir: place.dir, access: "reader" });
  return await readAll(store.log);
}
const types = async (): Promise<readonly EventType[]> => (await events()).map(({ type }) => type);

/** Goes on with what the process left, with a model that has one answer, and says whom the crashes were charged to. */
async function goOn(): Promise<{ readonly answer: string | null; readonly crashes: unknown }> {
  await using colony = await openColony({
    dir: place.dir,
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(() => ({ text: "done" })) },
  });
  await colony.idle();
  const { execution } = await colony.overseer.state();
  return { answer: execution?.output ?? null, crashes: execution?.crashes };
}

const NOBODY = { model: 0, tools: 0 };

/** A colony in the middle of a model call, or of a tool that pays, which ends when the process is told to. */
const hosting = (where: "model" | "tool", graceMs: number): string => `
  const pay = defineTool({
    name: "pay", description: "pays", input: z.object({}), effect: "once",
    run: async () => { say("at work"); await told(); return "paid"; },
  });
  const model = createScriptedModel(async (request) => {
    if ("${where}" === "tool") return { toolCalls: [{ name: "pay", input: {} }] };
    say("at work");
    await told();
    return { text: "in time" };
  });
  const colony = await openColony({
    dir, overseer: { model, tools: [pay] }, limits: { shutdownGraceMs: ${graceMs} },
  });
  closeOnSignals(colony, { onSignal: async (signal) => {
    say(signal);
    await Promise.resolve();
    say(await colony.inject("too late").then(() => "taken", ({ code }) => code));
  } });
  if (colony.agents().every(({ execution }) => execution === null)) await colony.inject("go");
  stay();
`;

describe("a process that is asked to end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("by %s while idle exits with 0", async (signal) => {
    const host = place.run(`
      const colony = await openColony({ dir, overseer: { model: remembering } });
      closeOnSignals(colony);
      await (await colony.inject("hello")).reply();
      say("idle");
      stay();
    `);
    expect(await host.line()).toBe("idle");
    host.child.kill(signal);
    expect(await host.ended).toEqual([0, null]);
    expect((await types()).at(-1)).toBe("COLONY_CLOSED");
  });

  it.each([
    ["throws", `() => { throw new Error("a bug in what listens"); }`],
    ["rejects", `async () => { await Promise.resolve(); throw new Error("a bug in what listens"); }`],
  ])("closes in good order also where what listens to signals %s", async (_how, onSignal) => {
    const host = place.run(
      hosting("model", 10).replace(
        "closeOnSignals(colony, {",
        `closeOnSignals(colony, { onSignal: ${onSignal} }); void ({`,
      ),
    );
    expect(await host.line()).toBe("at work");
    host.child.kill("SIGTERM");
    expect(await host.ended).toEqual([0, null]);
    expect(await types()).toEqual(expect.arrayContaining(["EXECUTION_PAUSED", "COLONY_CLOSED"]));
    expect(await goOn()).toEqual({ answer: "done", crashes: NOBODY });
  });

  it("takes nothing more and lets a tool that runs finish, which is not run again", async () => {
    const host = place.run(hosting("tool", 60_000));
    expect(await host.line()).toBe("at work");
    host.child.kill("SIGTERM");
    expect([await host.line(), await host.line()]).toEqual(["SIGTERM", "colony.closed"]);
    host.tell();
    expect(await host.ended).toEqual([0, null]);
    expect((await types()).slice(-3)).toEqual(["TOOL_CALL_COMPLETED", "EXECUTION_PAUSED", "COLONY_CLOSED"]);
    expect(await goOn()).toEqual({ answer: "done", crashes: NOBODY });
    expect((await types()).filter((type) => type === "TOOL_CALL_STARTED")).toHaveLength(1);
    expect(await types()).not.toContain("TOOL_OUTCOME_UNKNOWN");
  });

  it("keeps the answer of a model that comes within the grace", async () => {
    const host = place.run(hosting("model", 60_000));
    expect(await host.line()).toBe("at work");
    host.child.kill("SIGTERM");
    expect([await host.line(), await host.line()]).toEqual(["SIGTERM", "colony.closed"]);
    host.tell();
    expect(await host.ended).toEqual([0, null]);
    expect(await goOn()).toEqual({ answer: "in time", crashes: NOBODY });
  });

  it("does not wait longer than the grace, and charges nobody with what it leaves", async () => {
    const host = place.run(hosting("model", 100));
    expect(await host.line()).toBe("at work");
    host.child.kill("SIGTERM");
    expect(await host.ended).toEqual([0, null]);
    expect((await types()).slice(-2)).toEqual(["EXECUTION_PAUSED", "COLONY_CLOSED"]);
    expect(await goOn()).toEqual({ answer: "done", crashes: NOBODY });
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("and asked again, by %s, ends at once", async (second, code) => {
    const host = place.run(hosting("model", 600_000));
    expect(await host.line()).toBe("at work");
    host.child.kill("SIGTERM");
    expect([await host.line(), await host.line()]).toEqual(["SIGTERM", "colony.closed"]);
    host.child.kill(second);
    expect(await host.ended).toEqual([code, null]);
    expect((await goOn()).answer).toBe("done");
  });

  it("ten times in the middle of one long job ends nothing", async () => {
    for (let deploys = 0; deploys < 10; deploys += 1) {
      const host = place.run(hosting(deploys === 0 ? "tool" : "model", 0));
      expect(await host.line()).toBe("at work");
      host.child.kill("SIGTERM");
      expect(await host.ended).toEqual([0, null]);
    }
    expect(await goOn()).toEqual({ answer: "done", crashes: NOBODY });
    const all = await events();
    expect(checkPromises(all)).toEqual([]);
    expect(all.filter(({ type }) => type === "COLONY_CLOSED")).toHaveLength(11);
    expect(all.filter(({ type }) => type === "EXECUTION_STARTED")).toHaveLength(11);
    expect(all.filter(({ type }) => type === "EXECUTION_COMPLETED")).toHaveLength(1);
  }, 60_000);

  it("closes all its colonies, and none that it was not told of or no more", async () => {
    const host = place.run(`
      const colony = (name) => openColony({ dir: dir + name, overseer: { model: remembering } });
      const [a, b, c] = [await colony("a"), await colony("b"), await colony("c")];
      const closed = [];
      const noting = (name, one) => ({ close: async () => { await one.close(); closed.push(name); } });
      closeOnSignals(noting("a", a));
      closeOnSignals(noting("b", b));
      closeOnSignals(noting("c", c))[Symbol.dispose]();
      process.on("exit", (code) => say(closed.toSorted().join(" ") + " " + code));
      say("open");
      stay();
    `);
    expect(await host.line()).toBe("open");
    host.child.kill("SIGTERM");
    expect(await host.line()).toBe("a b 0");
  });
});
