import { defineTool, type ModelRequest } from "@colony/core";
import { checkPromises, createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pathWorker, reported, reports, toolsTold, until } from "../testing/levels.ts";
import { Machine } from "../testing/machine.ts";
import { calls, heard, newest, results } from "../testing/said.ts";

// One test for each line of what the source systems do about levels and the tools of each.

const DELEGATION = ["spawn_worker", "spawn_workers", "agent_list", "agent_cancel"];

/** An overseer that gives a path to its workers and says how it went when the report is there. */
const giving =
  (task: string) =>
  (request: ModelRequest): ReturnType<typeof calls> =>
    results(request).length === 0
      ? calls(["spawn_worker", { task, name: task.split("/")[0] }])
      : { text: newest(request).includes("<worker_report") ? "all is done" : "begun" };

async function finished(machine: Machine, task: string, maxDepth: number) {
  const { colony, worker, overseer } = await machine.start({
    overseer: giving(task),
    worker: pathWorker,
    limits: { maxDepth, concurrency: 8 },
  });
  await (await colony.inject("go")).outcome();
  await colony.idle();
  expect(checkPromises(await machine.events())).toEqual([]);
  return { colony, worker, overseer };
}

const requestOf = (requests: readonly ModelRequest[], task: string): ModelRequest => {
  const found = requests.find((request) => heard(request)[0] === task);
  if (found === undefined) throw new Error(`nobody was asked to do "${task}"`);
  return found;
};

describe("levels", () => {
  it("count from the overseer, and are told by who spawns and never by what a model says", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (request) =>
        results(request).length === 0
          ? calls(["spawn_worker", { task: "t", name: "a", level: 7, depth: 7, parentId: "w-x" }])
          : { text: "ok" },
      worker: () => reports("done"),
    });
    await (await colony.inject("go")).outcome();
    const handle = colony.agent("a");
    expect(await handle.snapshot()).toMatchObject({ depth: 1, level: 2, parentId: colony.overseer.id });
    expect(await colony.overseer.snapshot()).toMatchObject({ depth: 0, level: 1 });
  });

  it("are as deep as the colony says: each agent above the deepest may have workers, and their reports come up one by one", async () => {
    await using machine = new Machine();
    const { colony, worker, overseer } = await finished(machine, "a/b/c", 3);
    expect(reported(await machine.events())).toEqual(["a: a with b", "b: b with c", "c: c done"]);
    for (const task of ["a/b/c", "b/c"])
      expect(toolsTold(requestOf(worker.requests, task))).toEqual(expect.arrayContaining(DELEGATION));
    for (const name of DELEGATION) expect(toolsTold(requestOf(worker.requests, "c"))).not.toContain(name);
    expect(overseer.requests.length).toBeGreaterThan(2);
    const depths = colony.agents().map(({ depth }) => depth);
    expect(depths.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it("a specialised worker may delegate where its level may, and one of support below it may not", async () => {
    await using machine = new Machine();
    const { worker } = await finished(machine, "special/support", 2);
    expect(toolsTold(requestOf(worker.requests, "special/support"))).toContain("spawn_worker");
    expect(toolsTold(requestOf(worker.requests, "support"))).toEqual(["escalate", "report_to_parent"]);
  });

  it("the deepest gets no worker whatever it calls: it is told why, and the log says so", async () => {
    await using machine = new Machine();
    const { colony, worker } = await finished(machine, "a/b/c", 2);
    const why = "agents at depth 2 may not spawn: workers may stand at depth 2 at most (limits.maxDepth)";
    expect(reported(await machine.events())).toEqual(["a: a with b", expect.stringContaining(why)]);
    expect(worker.requests.some((request) => heard(request)[0] === "c")).toBe(false);
    const [refused, ...more] = await machine.of("SPAWN_REFUSED");
    expect(more).toEqual([]);
    expect(refused).toMatchObject({
      agentId: colony.agent("b").id,
      data: { code: "spawn.too_deep", message: why, definition: null, task: "c", workers: 1 },
    });
  });

  it("an explicit list of tools cannot give delegation back, nor can a tool of one's own of that group", async () => {
    await using machine = new Machine();
    let ran = 0;
    const own = (name: string, group?: string) =>
      defineTool({
        name,
        description: "mine",
        input: z.object({}),
        ...(group === undefined ? {} : { group }),
        run: () => (ran += 1),
      });
    const tools = [own("start_helpers", "delegation"), own("mine")];
    const { colony, worker } = await machine.start({
      overseer: giving("t"),
      worker: (request) => {
        const answers = results(request);
        if (answers.length > 0) return reports(answers.join(" | "));
        return calls(["spawn_worker", { task: "deeper" }], ["start_helpers", {}], ["mine", {}]);
      },
      helper: { tools },
    });
    await (await colony.inject("go")).outcome();
    await colony.idle();
    expect(toolsTold(worker.requests[0] as ModelRequest)).toEqual(["mine", "escalate", "report_to_parent"]);
    expect(ran).toBe(1);
    expect(results(worker.requests[1] as ModelRequest).slice(0, 2)).toEqual([
      expect.stringContaining("agents at depth 1 may not spawn"),
      expect.stringContaining(
        'The tool \\"start_helpers\\" is not available to you. Your tools are: escalate, mine, ',
      ),
    ]);
  });

  it("where no agent may spawn, the overseer is told so too, and a program may all the same", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await finished(machine, "a", 0);
    expect(results(overseer.requests[1] as ModelRequest)[0]).toContain(
      "agents at depth 0 may not spawn: no agent may",
    );
    expect(toolsTold(overseer.requests[0] as ModelRequest)).toEqual(["ask_user"]);
    const handle = await colony.spawn("helper", { task: "by a program" });
    expect(await handle.report()).toMatchObject({ summary: "by a program done" });
  });

  it("depth can be bounded by a budget as well, and what it refuses is on record", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: giving("a/b"),
      worker: pathWorker,
      limits: { maxDepth: 5 },
    });
    await colony.setBudget({ depth: 1 });
    await (await colony.inject("go")).outcome();
    await colony.idle();
    const [refused] = await machine.of("SPAWN_REFUSED");
    expect(refused?.data).toMatchObject({ code: "spawn.too_deep", task: "b" });
    expect(refused?.data.message).toContain("the budget allows agents down to depth 1");
  });
});

describe("a worker that was started", () => {
  it("is named at once and ends on its own, or is waited for by who wants that", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, overseer } = await machine.start({
      overseer: (request) => {
        const count = results(request).length;
        if (count === 0) return calls(["spawn_worker", { task: "t", name: "a" }]);
        return count === 1 ? calls(["wait_for_reports", { workers: ["a"] }]) : { text: "both ways" };
      },
      worker: () => ({ ...reports("done"), before: gate.opened }),
    });
    const receipt = await colony.inject("go");
    await until(machine, () => overseer.requests.length > 1);
    expect(results(overseer.requests[1] as ModelRequest)[0]).toContain("workerId");
    expect((await colony.agent("a").snapshot()).status).toBe("running");
    gate.open();
    expect(await receipt.reply()).toBe("both ways");
    expect(results(overseer.requests[2] as ModelRequest)[1]).toContain('"summary":"done"');
  });

  it("and runs out of time ends as timed out, and one whose work breaks as failed, each with words of it", async () => {
    await using machine = new Machine();
    const never = createGate().opened;
    const { colony } = await machine.start({
      overseer: [],
      worker: () => ({ text: "never", before: never }),
      helper: { limits: { softWallMs: 1_000, hardWallMs: 2_000 } },
      workers: {
        broken: defineWorker({ model: brokenModel() }),
      },
    });
    const late = await colony.spawn("helper", { task: "t" });
    const broken = await colony.spawn("broken", { task: "t" });
    await machine.later(3_000);
    const [timedOut, failed] = [await late.report(), await broken.report()];
    expect([timedOut?.status, failed?.status]).toEqual(["timed_out", "failed"]);
    expect([timedOut?.summary, failed?.summary]).not.toContain("");
  });

  it("stands in the same lists whoever has started it", async () => {
    await using machine = new Machine();
    const { colony } = await finished(machine, "a", 1);
    await (await colony.spawn("helper", { task: "b", name: "b", parent: "overseer" })).report();
    const { overseer } = colony;
    expect(
      colony
        .agents()
        .filter(({ kind }) => kind === "worker")
        .map(({ name, parentId, depth }) => ({ name, parentId, depth })),
    ).toEqual([
      { name: "a", parentId: overseer.id, depth: 1 },
      { name: "b", parentId: overseer.id, depth: 1 },
    ]);
  });
});

describe("what a worker starts with", () => {
  it("is a shelf of its own: what one definition has, another has not, and nobody has the overseer's", async () => {
    await using machine = new Machine();
    const look = defineTool({ name: "look", description: "looks", input: z.object({}), run: () => "seen" });
    const { colony, overseer, worker } = await machine.start({
      overseer: giving("t"),
      overseerOptions: { tools: [look] },
      worker: () => reports("done"),
    });
    await (await colony.inject("go")).outcome();
    expect(toolsTold(overseer.requests[0] as ModelRequest)).toContain("look");
    expect(toolsTold(worker.requests[0] as ModelRequest)).toEqual(["escalate", "report_to_parent"]);
  });

  it("are the limits of its definition, or the default ones; a later definition changes nothing of it", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => reports("done"),
      helper: { limits: { iterations: 3 } },
      workers: { other: defineWorker({ model: brokenModel() }) },
    });
    const handle = await colony.spawn("helper", { task: "t" });
    const other = await colony.spawn("other", { task: "t" });
    expect((await handle.state()).limits.iterations).toBe(3);
    expect((await other.state()).limits.iterations).toBe(50);
  });
});

function brokenModel(): ReturnType<typeof createScriptedModel> {
  return createScriptedModel(() => ({
    throws: Object.assign(new Error("no such model"), { statusCode: 404 }),
  }));
}
