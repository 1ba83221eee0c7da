import { ColonyError, defineTool, type ModelRequest, type Tool } from "@colony/core";
import { checkPromises, createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker, type ToolSet } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { SpawnOptions } from "./colony.ts";
import { pathWorker, reports, toolsTold, until } from "./testing/levels.ts";
import { Machine } from "./testing/machine.ts";
import { calls, heard, results } from "./testing/said.ts";

const tool = (name: string, group?: string): Tool =>
  defineTool({
    name,
    description: name,
    input: z.object({}),
    effect: "pure",
    ...(group === undefined ? {} : { group }),
    run: () => `${name} was run`,
  });
const SHELF = [tool("read_file", "files"), tool("read_web"), tool("write_file", "files")];
const BASICS = ["escalate", "report_to_parent"];

const NEVER = createGate().opened;
const fails = { throws: new Error("not scripted") };

const requestOf = (requests: readonly ModelRequest[], task: string): ModelRequest => {
  const found = requests.findLast((request) => heard(request)[0] === task);
  if (found === undefined) throw new Error(`nobody was asked to do "${task}"`);
  return found;
};

describe("a definition's tool set", () => {
  it.each<[ToolSet, readonly string[]]>([
    [{ allow: ["read_*"] }, ["read_file", "read_web", "report_to_parent"]],
    [{ deny: ["group:files"] }, ["read_web", ...BASICS]],
    [{ groups: ["people"] }, BASICS],
    [{ deny: ["*"] }, ["report_to_parent"]],
  ])("%j is all that its agents are told of and all they can call", async (toolSet, names) => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      worker: (request) =>
        results(request).length === 0 ? calls(["write_file", {}]) : reports(results(request)[0] ?? ""),
      helper: { tools: SHELF, toolSet },
    });
    const handle = await colony.spawn("helper", { task: "t" });
    expect((await handle.report())?.summary).toContain(
      `The tool \\"write_file\\" is not available to you. Your tools are: ${names.toSorted().join(", ")}.`,
    );
    expect(toolsTold(worker.requests[0] as ModelRequest)).toEqual(names);
    const [started] = await machine.of("TOOL_CALL_STARTED");
    expect(started?.data.name).toBe("report_to_parent");
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("holds for the overseer too, and what Colony adds is in it", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: () => ({ text: "hi" }),
      overseerOptions: { tools: SHELF, toolSet: { allow: ["agent_l*"], groups: ["people", "files"] } },
      worker: [],
    });
    await (await colony.inject("hello")).reply();
    expect(toolsTold(overseer.requests[0] as ModelRequest)).toEqual([
      "read_file",
      "write_file",
      "agent_list",
      "ask_user",
    ]);
  });

  it("can keep its workers from having workers of their own, whatever their level", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      worker: pathWorker,
      helper: { toolSet: { deny: ["group:delegation"] } },
      limits: { maxDepth: 5 },
    });
    const handle = await colony.spawn("helper", { task: "a/b" });
    expect((await handle.report())?.summary).toContain(
      'The tool \\"spawn_worker\\" is not available to you.',
    );
    expect(toolsTold(worker.requests[0] as ModelRequest)).toEqual(BASICS);
    expect(colony.agents()).toHaveLength(2);
  });

  it.each<[object, string]>([
    [
      { overseerOptions: { toolSet: { deny: ["spawn_wroker"] } } },
      'overseer.toolSet.deny names "spawn_wroker", which is no tool that there is (did you mean "spawn_worker"?); there are: ',
    ],
    [
      { helper: { toolSet: { allow: ["red_file"] }, tools: SHELF } },
      'workers.helper.toolSet.allow names "red_file", which is no tool that there is (did you mean "read_file"?); there are: ',
    ],
    [
      { helper: { toolSet: { groups: ["file"] }, tools: SHELF } },
      'workers.helper.toolSet.groups names "file", which is no tool that there is (did you mean "files"?); there are: ',
    ],
  ])("that names what there is not opens no colony: %j", async (parts, sentence) => {
    await using machine = new Machine();
    const opening = machine.start({ overseer: [], worker: [], ...parts });
    await expect(opening).rejects.toBeInstanceOf(ColonyError);
    await expect(opening).rejects.toMatchObject({
      code: "definition.invalid",
      message: expect.stringContaining(sentence) as unknown,
    });
    expect(await machine.events()).toEqual([]);
  });

  it("may deny what only those have that its agents spawn, and name groups that nobody has a tool of", async () => {
    await using machine = new Machine();
    await machine.start({
      overseer: [],
      overseerOptions: { toolSet: { deny: ["read_web", "group:workspace"] } },
      worker: [],
      helper: { tools: SHELF },
    });
    expect((await machine.events()).length).toBeGreaterThan(0);
  });
});

describe("what is denied to an agent", () => {
  it("is denied to everybody below it, and what it merely was not allowed is not", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: (request) =>
        results(request).length === 0
          ? calls(["spawn_worker", { task: "a/b/c", name: "a" }])
          : { text: "ok" },
      overseerOptions: { toolSet: { deny: ["read_web", "ask_user"] } },
      worker: pathWorker,
      helper: { tools: SHELF },
      limits: { maxDepth: 3 },
    });
    await (await colony.inject("go")).outcome();
    await colony.idle();
    expect(toolsTold(requestOf(worker.requests, "c"))).toEqual(["read_file", "write_file", ...BASICS]);
    const spawned = await machine.of("AGENT_SPAWNED");
    expect(spawned.map(({ data }) => data.denied)).toEqual([
      undefined,
      ...Array.from({ length: 3 }, () => ["read_web", "ask_user"]),
    ]);
  });

  it("at a spawn is added to what it had been denied before, and holds below", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      overseerOptions: { toolSet: { deny: ["read_web"] } },
      worker: pathWorker,
      helper: { tools: SHELF },
      limits: { maxDepth: 2 },
    });
    const toolSet = { allow: ["group:files", "spawn_worker"], deny: ["write_file"] };
    const handle = await colony.spawn("helper", { task: "a/b", parent: "overseer", toolSet });
    await handle.report();
    expect(toolsTold(requestOf(worker.requests, "a/b"))).toEqual([
      "read_file",
      "spawn_worker",
      "report_to_parent",
    ]);
    expect(toolsTold(requestOf(worker.requests, "b"))).toEqual(["read_file", ...BASICS]);
  });

  it("stays denied after a restart, also where the definitions deny nothing any more", async () => {
    await using machine = new Machine();
    const start = async (isFirst: boolean) =>
      await machine.start({
        overseer: isFirst
          ? (request) =>
              results(request).length === 0
                ? calls(["spawn_worker", { task: "a/b", name: "a" }])
                : { text: "ok" }
          : () => ({ text: "ok" }),
        ...(isFirst ? { overseerOptions: { toolSet: { deny: ["read_web"] } } } : {}),
        worker: isFirst ? () => ({ text: "never", before: NEVER }) : pathWorker,
        helper: { tools: SHELF },
        limits: { maxDepth: 2 },
      });
    const { colony, life, worker } = await start(true);
    await colony.inject("go");
    await until(machine, () => worker.requests.length > 0);
    life.kill();
    const next = await start(false);
    await next.colony.idle();
    for (const task of ["a/b", "b"])
      expect(toolsTold(requestOf(next.worker.requests, task))).not.toContain("read_web");
    expect(toolsTold(requestOf(next.worker.requests, "b"))).toContain("read_file");
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("is denied as well to a persistent worker in all that it does later", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      worker: () => ({ text: "done" }),
      helper: { tools: SHELF, lifetime: "persistent" },
    });
    const handle = await colony.spawn("helper", { task: "t", toolSet: { deny: ["group:files"] } });
    await handle.report();
    await (await handle.inject("more")).outcome();
    expect(worker.requests.map(toolsTold)).toEqual([
      ["read_web", ...BASICS],
      ["read_web", ...BASICS],
    ]);
  });
});

describe("a spawn", () => {
  it.each<[Partial<SpawnOptions>, string]>([
    [
      { toolSet: { deny: ["report_to_parent"] } },
      'toolSet.deny names "report_to_parent", which is how a worker ends',
    ],
    [
      { toolSet: { deny: ["raed_file"] } },
      'toolSet.deny names "raed_file", which is no tool that there is (did you mean "read_file"?)',
    ],
    [
      { toolSet: { allow: ["write_file"] } },
      `toolSet allows "write_file", which the worker's definition does not give it; a spawn can only narrow`,
    ],
    [{ toolSet: { allow: ["read_web", "write_*"] } }, 'toolSet allows "write_*", which'],
    [{ toolSet: { only: [] } as never }, "there is no option toolSet.only of spawn"],
    [{ toolSet: 3 as never }, "toolSet of spawn is 3; give an object with some of allow, deny, groups"],
    [
      { profile: "tiny" as never },
      'profile is "tiny"; give "full", "compact", "minimal", "none", or an object with sections',
    ],
    [{ profile: { sections: ["nothing"] } as never }, "profile is an object that will not do"],
  ])("with %j is refused with one sentence, and nobody is spawned", async (options, sentence) => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => fails,
      helper: { tools: SHELF, toolSet: { deny: ["write_file"] } },
    });
    const before = colony.head();
    const spawning = colony.spawn("helper", { task: "t", ...options });
    await expect(spawning).rejects.toMatchObject({
      code: "spawn.refused",
      message: expect.stringContaining(sentence) as unknown,
    });
    expect(colony.head()).toBe(before);
  });

  it("that is refused for any other reason stands in the log with that reason, once", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: (request) => {
        const asked = [
          calls(["spawn_worker", { task: "t".repeat(500), worker: "nobody" }]),
          calls(["spawn_workers", { tasks: [{ task: "first" }, { task: "second", name: "!" }] }]),
        ][results(request).length];
        return asked ?? { text: "ok" };
      },
      worker: () => reports("done"),
      workers: { other: defineWorker({ model: createScriptedModel([]) }) },
    });
    await (await colony.inject("go")).outcome();
    expect((await machine.of("SPAWN_REFUSED")).map(({ agentId, data }) => ({ agentId, ...data }))).toEqual([
      {
        agentId: colony.overseer.id,
        callId: "c0",
        code: "definition.not_found",
        message: 'no worker definition "nobody"; defined are: other, helper',
        definition: "nobody",
        task: "t".repeat(200),
        workers: 1,
      },
      expect.objectContaining({ code: "definition.not_found", definition: null, task: "first", workers: 2 }),
    ]);
    expect(results(overseer.requests[1] as ModelRequest)[0]).toContain("defined are: other, helper");
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});

describe("a profile", () => {
  it("is that of the definition, or of the spawn alone: others of the definition keep theirs", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => reports("done"),
      helper: { instructions: "Be brief.", profile: "compact" },
      workers: { other: defineWorker({ model: createScriptedModel(() => reports("done")) }) },
    });
    const spawned = [
      await colony.spawn("helper", { task: "t" }),
      await colony.spawn("helper", { task: "t", profile: "none" }),
      await colony.spawn("helper", { task: "t", profile: { sections: ["notes"] } }),
      await colony.spawn("helper", { task: "t" }),
      await colony.spawn("other", { task: "t" }),
    ];
    const profiles = await Promise.all(spawned.map(async (handle) => (await handle.snapshot()).profile));
    expect(profiles).toEqual(["compact", "none", { sections: ["notes"] }, "compact", "full"]);
    expect((await colony.overseer.snapshot()).profile).toBe("full");
  });
});
