import { ColonyError, defineTool, type ModelPrompt } from "@colony/core";
import { createGate, createScriptedModel, type ModelScript, type ScriptedModel } from "@colony/testkit";
import { defineWorker, type WorkerOptions } from "@colony/worker";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import type { ColonyOptions } from "../options.ts";
import { openColonyReader, type ColonyReader } from "../reader.ts";
import { pathWorker, systemTold, until } from "../testing/levels.ts";
import { Machine } from "../testing/machine.ts";
import { calls, newest, results } from "../testing/said.ts";
import { sentPrompt } from "./sent-prompt.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "colony-prompt-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const look = defineTool({
  name: "look",
  description: "looks",
  input: z.object({ at: z.string() }),
  effect: "pure",
  run: ({ at }) => (at === "long" ? "x".repeat(100_000) : { seen: at, "\u{1f41d}": ["ä", null] }),
});

/** A colony in the folder, and the models that it asks. */
async function open(options: {
  readonly overseer: ModelScript;
  readonly worker?: ModelScript;
  readonly overseerOptions?: Partial<ColonyOptions["overseer"]>;
  readonly helper?: Partial<WorkerOptions>;
  readonly limits?: ColonyOptions["limits"];
}) {
  const overseer = createScriptedModel(options.overseer);
  const worker = createScriptedModel(options.worker ?? pathWorker);
  const colony = await openColony({
    dir: join(dir, ".colony"),
    durability: "normal",
    overseer: { ...options.overseerOptions, model: overseer },
    workers: { helper: defineWorker({ ...options.helper, model: worker }) },
    limits: { shutdownGraceMs: 0, ...options.limits },
  });
  return { colony, overseer, worker };
}

async function looking<Value>(look: (reader: ColonyReader) => Promise<Value>): Promise<Value> {
  await using reader = await openColonyReader({ dir: join(dir, ".colony") });
  return await look(reader);
}

/** What the reader shows of each of an agent's calls, as text, so that not a byte may differ. */
async function shown(idOrName: string): Promise<readonly string[]> {
  return await looking(async (reader) => {
    const { id } = reader.find(idOrName) ?? {};
    if (id === undefined) throw new Error(`there is no ${idOrName}`);
    const { calls: count } = await reader.prompt(id);
    const all: string[] = [];
    for (let call = 1; call <= count; call += 1) all.push(json((await reader.prompt(id, { call })).prompt));
    return all;
  });
}

const json = (prompt: ModelPrompt): string => JSON.stringify(prompt);
const sent = ({ requests }: ScriptedModel): readonly string[] => requests.map(({ prompt }) => json(prompt));

describe("the prompt of a call", () => {
  it("is shown byte for byte as the model got it, call by call, over turns, tools, inputs and reports", async () => {
    const { colony, overseer, worker } = await open({
      overseer: (request, index) => {
        if (index === 0)
          return { reasoning: "hm", ...calls(["look", { at: "ümlaut" }], ["look", { at: "long" }]) };
        if (index === 1) return calls(["spawn_worker", { task: "dig", name: "digger" }]);
        return { text: `re: ${newest(request)}` };
      },
      overseerOptions: { instructions: "Be kind.\n\n  And brief. ", tools: [look] },
      helper: { instructions: "Dig.", notes: ["Note."], environment: "A yard." },
    });
    await (await colony.inject("hello")).outcome();
    await (await colony.inject("and now?", { mode: "steer" })).outcome();
    await colony.idle();
    expect(await shown("overseer")).toEqual(sent(overseer));
    expect(overseer.requests.length).toBeGreaterThan(3);
    await colony.close();
    expect(await shown("overseer")).toEqual(sent(overseer));
    expect(await shown("digger")).toEqual(sent(worker));
    const newestCall = await looking(async (reader) => await reader.prompt(colony.overseer.id));
    expect(newestCall).toMatchObject({ call: newestCall.calls, model: "scripted/test", lack: null });
    expect(json(newestCall.prompt)).toBe(sent(overseer).at(-1));
  });

  it("holds what an agent was told by its depth, its spawn and its profile", async () => {
    const { colony, worker } = await open({
      overseer: [],
      helper: { instructions: "i".repeat(900), tools: [look] },
      limits: { maxDepth: 3 },
    });
    const spawned = [
      await colony.spawn("helper", { task: "one/two", name: "one" }),
      await colony.spawn("helper", { task: "compact", name: "compact", profile: "compact" }),
      await colony.spawn("helper", { task: "none", name: "none", profile: "none" }),
      await colony.spawn("helper", { task: "again", name: "again", profile: "none" }),
      await colony.spawn("helper", {
        task: "own",
        name: "own",
        profile: { sections: ["tools"], maxTools: 1 },
      }),
      await colony.spawn("helper", {
        task: "less",
        name: "less",
        profile: "minimal",
        toolSet: { deny: ["look", "group:delegation"] },
      }),
    ];
    for (const handle of spawned) await handle.report();
    await colony.close();
    const all: string[] = [];
    for (const name of ["one", "two", "compact", "none", "again", "own", "less"])
      all.push(...(await shown(name)));
    expect(all.toSorted()).toEqual([...sent(worker)].toSorted());
    expect(new Set(worker.requests.map((request) => systemTold(request))).size).toBe(5);
    expect(worker.requests.map((request) => systemTold(request))).toContain("You are a worker.");
  });

  it("is that of its own time, after definitions have told something else and back", async () => {
    const prompts: string[] = [];
    for (const instructions of ["Be kind.", "Be harsh.", "Be kind.", undefined]) {
      const { colony, overseer } = await open({
        overseer: (request) => ({ text: `re: ${newest(request)}` }),
        overseerOptions: instructions === undefined ? {} : { instructions },
      });
      await (await colony.inject(`hello ${prompts.length}`)).reply();
      await colony.close();
      prompts.push(...sent(overseer));
    }
    expect(await shown("overseer")).toEqual(prompts);
    expect(prompts).toHaveLength(4);
  });

  it("is that of the model call which went wrong, too, and of the one that came after it", async () => {
    const { colony, overseer } = await open({
      overseer: (_request, index) =>
        index === 0 ? { text: "half an ans", ending: "break_off" } : { text: "whole" },
    });
    expect(await (await colony.inject("hello")).reply()).toBe("whole");
    await colony.close();
    expect(await shown("overseer")).toEqual(sent(overseer));
    expect(overseer.requests).toHaveLength(2);
  }, 30_000);

  it("says in words that there is none of that number, or none at all", async () => {
    const { colony } = await open({ overseer: (request) => ({ text: `re: ${newest(request)}` }) });
    const codeOf = async (call?: number): Promise<string> =>
      await looking(async (reader) => {
        try {
          await reader.prompt(colony.overseer.id, call === undefined ? {} : { call });
        } catch (error) {
          return error instanceof ColonyError ? `${error.code}: ${error.message}` : String(error);
        }
        return "it is there";
      });
    expect(await codeOf()).toBe(
      'model_call.not_found: no model call of "overseer" is on record; it has not asked its model yet, or its history was pruned',
    );
    await (await colony.inject("hello")).reply();
    expect(await codeOf(1)).toBe("it is there");
    for (const call of [0, 2, -1, 1.5])
      expect(await codeOf(call)).toBe(
        `model_call.not_found: "overseer" has no model call ${call}; there are 1, so give a number from 1 to 1`,
      );
    await colony.close();
  });

  it("is shown without its system text where that was not kept, and says so", async () => {
    const { colony, overseer } = await open({ overseer: (request) => ({ text: `re: ${newest(request)}` }) });
    await (await colony.inject("hello")).reply();
    await colony.close();
    rmSync(join(dir, ".colony/blobs"), { recursive: true });
    const { prompt, lack } = await looking(async (reader) => await reader.prompt(colony.overseer.id));
    expect(lack).toMatch(/^the system text is gone: /);
    expect(json(prompt)).toBe(json(overseer.requests[0]?.prompt.slice(1) ?? []));
  });

  it("costs the executions of most agents nothing: their start says nothing of it", async () => {
    const { colony } = await open({ overseer: [], limits: { maxDepth: 1 } });
    await (await colony.spawn("helper", { task: "a", name: "a" })).report();
    await (await colony.spawn("helper", { task: "b", name: "b", profile: "none" })).report();
    const starts: boolean[] = [];
    for await (const event of colony.feed({ until: colony.head(), query: { types: ["EXECUTION_STARTED"] } }))
      if (event.type === "EXECUTION_STARTED") starts.push("system" in event.data);
    expect(starts).toEqual([false, true]);
    await colony.close();
  });
});

it("a worker that delegates is told the same in each of its turns", async () => {
  const { colony, worker } = await open({
    overseer: [],
    limits: { maxDepth: 2 },
    worker: (request) => (results(request).length < 3 ? calls(["agent_list", {}]) : pathWorker(request)),
  });
  await (await colony.spawn("helper", { task: "a", name: "a" })).report();
  await colony.close();
  expect(new Set(worker.requests.map((request) => systemTold(request))).size).toBe(1);
  expect(await shown("a")).toEqual(sent(worker));
});

it("calls that a kill cut off, and those of whoever took them up, are each shown as they were sent", async () => {
  await using machine = new Machine();
  const never = createGate().opened;
  const start = (instructions: string, isLast: boolean) =>
    machine.start({
      overseer: (request) =>
        isLast && results(request).length > 0 ? { text: "done" } : { text: "never", before: never },
      worker: (request) => (isLast ? pathWorker(request) : { text: "never", before: never }),
      overseerOptions: { instructions },
      helper: { instructions, profile: "compact" },
      limits: { maxDepth: 2 },
    });
  const asked: string[] = [];
  for (const [index, instructions] of ["Be kind.", "Be harsh.", "Be brief."].entries()) {
    const { colony, life, worker } = await start(instructions, index === 2);
    if (index === 0) await colony.spawn("helper", { task: "a/b", name: "a", profile: "minimal" });
    if (index === 2) await colony.agent("a").report();
    else await until(machine, () => worker.requests.length > 0);
    if (index < 2) life.kill();
    asked.push(...sent(worker));
  }
  const { log, blobs } = machine.ground;
  const made: string[] = [];
  for (const { agentId } of await machine.of("MODEL_CALL_STARTED")) {
    const call = made.filter((text) => text.startsWith(agentId)).length + 1;
    const { prompt, lack } = await sentPrompt({ log, blobs }, agentId, call);
    expect(lack).toBeNull();
    made.push(`${agentId} ${json(prompt)}`);
  }
  expect(made.map((text) => text.slice(text.indexOf(" ") + 1))).toEqual(asked);
  expect(asked.length).toBeGreaterThan(5);
});
