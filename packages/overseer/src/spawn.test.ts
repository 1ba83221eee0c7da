import { agentId } from "@colony/core";
import { Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { aliasesOf } from "./names/alias.ts";
import { SpawnLine } from "./delegation/spawn-line.ts";
import { Roster, defineOverseer } from "./roster.ts";
import { spawn, type SpawnRequest } from "./spawn.ts";

const model = createScriptedModel([]);

async function rules(maxDepth = 1) {
  const log = createMemoryLog();
  const ledger = await Ledger.open({
    log,
    snapshots: createMemorySnapshotStore(),
    clock: createManualClock(),
  });
  return {
    log,
    ledger,
    maxDepth,
    priceOf: () => null,
    roster: new Roster(defineOverseer({ model }), { coder: defineWorker({ model }) }),
  };
}

const request = (id: string, more: Partial<SpawnRequest> = {}): SpawnRequest => ({
  id: agentId(id),
  parentId: agentId("overseer"),
  depth: 1,
  definition: "coder",
  task: "t",
  name: null,
  label: null,
  priority: 0,
  batch: null,
  correlationId: undefined,
  ...more,
});

it("an agent that is as deep as agents may be spawns nobody, whatever tools it has", async () => {
  const { log, ...deps } = await rules();
  const spawning = spawn(deps, request("w2", { parentId: agentId("w1"), depth: 2 }));
  await expect(spawning).rejects.toMatchObject({
    code: "spawn.too_deep",
    message: "agents at depth 1 may not spawn: workers may stand at depth 1 at most (limits.maxDepth)",
  });
  expect(log.head()).toBe(0);
});

it("the same worker is spawned once, however often it is asked for", async () => {
  const { log, ...deps } = await rules();
  const first = await spawn(deps, request("w1"));
  const head = log.head();
  expect(await spawn(deps, request("w1", { task: "something else" }))).toBe(first);
  expect(log.head()).toBe(head);
});

it("a seed, the spawn and the place in line are one commit", async () => {
  const { log, ...deps } = await rules();
  const commits: (readonly string[])[] = [];
  log.onAppended((events) => commits.push(events.map(({ type }) => type)));
  const seed = {
    source: "s",
    messages: [{ role: "user", origin: "chat", text: "x" } as const],
    problems: [],
  };
  await spawn(deps, request("w1", { seed }));
  expect(commits).toEqual([["AGENT_SPAWNED", "AGENT_SEEDED", "EXECUTION_QUEUED"]]);
});

it("a seed that is refused leaves nothing of the worker", async () => {
  const { log, ...deps } = await rules();
  const seed = { source: "s", messages: [], problems: [] };
  await expect(spawn(deps, request("w1", { seed, name: "Tom" }))).rejects.toMatchObject({
    code: "seed.empty",
  });
  expect(log.head()).toBe(0);
  expect((await spawn(deps, request("w2", { name: "Tom" }))).name).toBe("Tom");
});

it("a call that was called off while it waited in line spawns nobody", async () => {
  const deps = await rules();
  const line = new SpawnLine(deps);
  const calledOff = new AbortController();
  const [first, second] = [
    line.spawn([request("w1")], new AbortController().signal),
    line.spawn([request("w2")], calledOff.signal),
  ];
  calledOff.abort();
  expect(await first).toHaveLength(1);
  await expect(second).rejects.toMatchObject({ code: "spawn.refused" });
  expect(deps.ledger.index.get(agentId("w2"))).toBeUndefined();
});

it("workers whose aliases are the same are named one after the other, also where they are spawned at once", async () => {
  const deps = await rules();
  const first = agentId("w-1");
  const alias = aliasesOf(first).next().value;
  // Two more whose words are the same as the first one's.
  const others: string[] = [];
  for (let number = 2; others.length < 2; number += 1)
    if (aliasesOf(agentId(`w-${number}`)).next().value === alias) others.push(`w-${number}`);
  const records = await Promise.all(
    [first, ...others].map((id) => spawn(deps, request(id, { name: "auto" }))),
  );
  expect(records.map(({ name }) => name)).toEqual([alias, `${alias}-2`, `${alias}-3`]);
  expect(deps.ledger.index.byName(`${alias}-3`)?.id).toBe(others[1]);
});
