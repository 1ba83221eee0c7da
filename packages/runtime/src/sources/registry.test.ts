import { createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, heard, newest, results } from "../testing/said.ts";

// What registries of background agents do, line by line, and what went wrong in them.

const containing = (words: string): unknown => expect.stringContaining(words);
const matching = (words: RegExp): unknown => expect.stringMatching(words);
const NEVER = createGate().opened;
const LONG = "dig ".repeat(500).trim();

/** The results of the newest calls of a model, by the name of the tool. */
function told(results_: readonly string[]): readonly unknown[] {
  return results_.map((text) => {
    const { value } = JSON.parse(text) as { readonly value: unknown };
    return value;
  });
}

describe("a record", () => {
  it("says who spawned the agent from what, at which level, and holds its task whole", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
    });
    const worker = await colony.spawn("helper", { task: LONG, parent: "overseer" });
    expect(worker.record).toMatchObject({
      parentId: "overseer",
      definitionId: "helper",
      depth: 1,
      task: LONG,
    });
    expect(await worker.snapshot()).toMatchObject({ level: 2, task: LONG, parentId: "overseer" });
    expect((await colony.overseer.snapshot()).level).toBe(1);
  });

  it("is of one at work from the first moment on, and its times are those of its work", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "done", before: gate.opened }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    expect(worker.record).toMatchObject({ report: null, closedAt: null });
    expect(["queued", "running"]).toContain(worker.record.execution?.status);
    await machine.later(5_000);
    gate.open();
    await worker.report();
    const { execution, spawnedAt, closedAt } = worker.record;
    expect(execution?.startedAt).toBe(spawnedAt);
    expect(execution?.endedAt).toBe(spawnedAt + 5_000);
    expect(closedAt).toBe(spawnedAt + 5_000);
  });

  it("is had by its id, and one that is not there is said to be not there", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
    const { id } = await colony.spawn("helper", { task: "t" });
    expect(colony.agent(id).record.id).toBe(id);
    expect(() => colony.agent("w-nobody")).toThrow('there is no agent "w-nobody" in this colony');
  });

  it("survives the process, with what was at work going on", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: echoes, worker: () => ({ text: "never", before: NEVER }) });
    const { id } = await first.colony.spawn("helper", { task: LONG, name: "Tom" });
    await machine.settled();
    first.life.kill();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "did it after all" }),
    });
    expect(await colony.worker("Tom").report()).toMatchObject({
      workerId: id,
      summary: "did it after all",
      task: LONG,
    });
  });
});

describe("an end", () => {
  it("has a result that is kept whole, and shown in short", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: LONG }) });
    const worker = await colony.spawn("helper", { task: "t" });
    expect((await worker.report())?.summary).toBe(LONG);
    expect((await worker.snapshot()).lastOutput).toBe(LONG);
    expect(worker.record.report?.summary).toHaveLength(500);
  });

  it("of nothing is a failure in words, and never a success without any", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "" }) });
    const worker = await colony.spawn("helper", { task: "t" });
    const waiting = worker.report();
    await machine.later(600_000);
    expect(await waiting).toMatchObject({
      status: "failed",
      summary: containing("answered with nothing"),
    });
  });

  it("that comes late does not make anything else of one that was cancelled", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "done after all", before: gate.opened }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    await worker.cancel({ reason: "not needed" });
    gate.open();
    await machine.later(60_000);
    expect(await worker.snapshot()).toMatchObject({ status: "cancelled", lastOutput: null });
    expect(await worker.report()).toMatchObject({
      status: "cancelled",
      summary: containing("not needed"),
    });
    expect(await machine.of("SUBAGENT_REPORT")).toHaveLength(1);
  });

  it("by time is timed out, and by a fault failed: both with words", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request) =>
        newest(request) === "bad"
          ? { throws: Object.assign(new Error("no such model"), { statusCode: 404, isRetryable: false }) }
          : { text: "never", before: NEVER },
      helper: { limits: { hardWallMs: 10_000, softWallMs: 9_000 } },
    });
    const [slow, bad] = [
      await colony.spawn("helper", { task: "slow" }),
      await colony.spawn("helper", { task: "bad" }),
    ];
    await machine.later(10_000);
    expect(await slow.report()).toMatchObject({
      status: "timed_out",
      summary: containing("10 seconds"),
    });
    expect(await bad.report()).toMatchObject({
      status: "failed",
      summary: containing("no such model"),
    });
  });
});

describe("the word for how one stands", () => {
  it.each<[string, string, string]>([
    ["running", "hang", "running"],
    ["done", "well", "completed"],
    ["failed", "bad", "failed"],
    ["cancelled", "cancel", "cancelled"],
    ["timeout", "slow", "timed_out"],
  ])(
    "that others call %s is one word of ours, in records, snapshots and lists",
    async (_theirs, task, word) => {
      await using machine = new Machine();
      const { colony } = await machine.start({
        overseer: echoes,
        worker: (request) => {
          if (newest(request) === "bad")
            return { throws: Object.assign(new Error("no"), { statusCode: 400, isRetryable: false }) };
          return newest(request) === "well" ? { text: "did it" } : { text: "never", before: NEVER };
        },
        helper: { limits: { hardWallMs: 10_000, softWallMs: 9_000 } },
      });
      const worker = await colony.spawn("helper", { task });
      await machine.settled();
      if (task === "cancel") await worker.cancel();
      if (task === "slow") await machine.later(10_000);
      await machine.until(() => worker.record.execution?.status === word);
      expect(await worker.snapshot()).toMatchObject({ status: word });
      expect(colony.list({ status: word as never }).items.map(({ id }) => id)).toEqual([worker.id]);
    },
  );
});

describe("a cancel", () => {
  it("is told what was wrong in one sentence each: nobody there, nothing to cancel", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.report();
    await expect(worker.cancel()).rejects.toMatchObject({
      code: "execution.ended",
      message: `agent "${worker.id}" is not at work; there is nothing to cancel`,
    });
    expect(worker.record.execution?.status).toBe("completed");
  });

  it("of what has not begun ends it all the same, and it never begins", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, worker: model } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "done", before: gate.opened }),
      limits: { concurrency: 1 },
    });
    await colony.spawn("helper", { task: "one" });
    const two = await colony.spawn("helper", { task: "two" });
    await two.cancel();
    gate.open();
    await colony.idle();
    expect(two.record.execution).toMatchObject({ status: "cancelled", startedAt: null });
    expect(model.requests.map(newest)).toEqual(["one"]);
  });

  it("that stops reaches everything below, to the last level", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request) =>
        newest(request) === "lead" && results(request).length === 0
          ? calls(["spawn_worker", { task: "below" }])
          : { text: "never", before: NEVER },
      limits: { maxDepth: 2 },
    });
    const lead = await colony.spawn("helper", { task: "lead" });
    await machine.until(() =>
      colony.agents().some(({ task, execution }) => task === "below" && execution?.status === "running"),
    );
    const below = colony.agents().find(({ task }) => task === "below");
    expect(below).toMatchObject({ depth: 2, parentId: lead.id });
    await lead.stop();
    expect(colony.agents().filter(({ kind, status }) => kind === "worker" && status !== "closed")).toEqual(
      [],
    );
    expect((await machine.of("EXECUTION_CANCELLED")).map(({ agentId }) => agentId).toSorted()).toEqual(
      [lead.id, below?.id ?? ""].toSorted(),
    );
  });
});

describe("a name", () => {
  it("is given to one of two that are spawned under it at once", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
    const spawned = await Promise.allSettled([
      colony.spawn("helper", { task: "one", name: "Tom" }),
      colony.spawn("helper", { task: "two", name: "Tom" }),
    ]);
    expect(spawned.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(spawned.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "agent.name_taken" },
    });
    expect(colony.agents().filter(({ name }) => name === "Tom")).toHaveLength(1);
  });

  it("left to the colony is one of its own, easy to say, for each of two at once", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
    const workers = await Promise.all([
      colony.spawn("helper", { task: "one", name: "auto" }),
      colony.spawn("helper", { task: "two", name: "auto" }),
    ]);
    const names = workers.map(({ record }) => record.name ?? "");
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z]+-[a-z]+(?:-\d+)?$/);
    expect(colony.worker(names[0]).id).toBe(workers[0].id);
  });

  it.each(["../etc", "..", "a/b", "/", ".hidden", "a..b", "", " a", "a ", "a.", "x".repeat(65)])(
    "%j is refused: it is a path, or none that can be said",
    async (name) => {
      await using machine = new Machine();
      const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
      await expect(colony.spawn("helper", { task: "t", name })).rejects.toMatchObject({
        code: "spawn.refused",
        message: containing("cannot be used; names have 1 to 64"),
      });
      expect(colony.agents()).toHaveLength(1);
    },
  );

  it.each(["w-1", "W-whatever", "overseer", "Colony", "user"])(
    "%j is refused: it looks like an id, or means something already",
    async (name) => {
      await using machine = new Machine();
      const { colony } = await machine.start({ overseer: echoes, worker: () => ({ text: "done" }) });
      await expect(colony.spawn("helper", { task: "t", name })).rejects.toMatchObject({
        code: "spawn.refused",
        message: containing("is an id, or looks like one"),
      });
    },
  );
});

describe("what is dismissed", () => {
  it("goes on as it was, once, and is marked for lists", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "done", before: gate.opened }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    await worker.dismiss();
    await worker.dismiss();
    expect(await worker.snapshot()).toMatchObject({ status: "running", dismissed: true });
    expect(await machine.of("AGENT_DISMISSED")).toHaveLength(1);
    gate.open();
    expect(await worker.report()).toMatchObject({ status: "success" });
    expect(colony.agents().map(({ id }) => id)).toContain(worker.id);
    await expect(colony.overseer.dismiss()).rejects.toMatchObject({ code: "agent.not_a_worker" });
  });
});

describe("what is removed", () => {
  it("has to be closed first", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
    });
    const worker = await colony.spawn("helper", { task: "t", name: "Tom" });
    await machine.settled();
    await expect(worker.remove()).rejects.toMatchObject({
      code: "agent.not_closed",
      message: 'worker "Tom" is running; close or stop it before removing it',
    });
    await expect(colony.overseer.remove()).rejects.toMatchObject({ code: "agent.not_a_worker" });
  });

  it("is in no list any more, after a restart neither, and its name is free", async () => {
    await using machine = new Machine();
    const parts = { overseer: echoes, worker: () => ({ text: "done" }) };
    const first = await machine.start(parts);
    const worker = await first.colony.spawn("helper", { task: "t", name: "Tom" });
    await worker.report();
    await worker.remove();
    const isGone = (colony: typeof first.colony): void => {
      expect(colony.agents().map(({ id }) => id)).not.toContain(worker.id);
      for (const text of [worker.id, "Tom"])
        expect(() => colony.agent(text)).toThrow(expect.objectContaining({ code: "agent.not_found" }));
    };
    isGone(first.colony);
    expect(() => worker.record).toThrow(expect.objectContaining({ code: "agent.not_found" }));
    await expect(worker.snapshot()).rejects.toMatchObject({ code: "agent.not_found" });
    await expect(worker.send("x")).rejects.toMatchObject({ code: "agent.not_found" });
    await machine.close();

    const second = await machine.start(parts);
    isGone(second.colony);
    const again = await second.colony.spawn("helper", { task: "t", name: "Tom" });
    expect(second.colony.worker("Tom").id).toBe(again.id);
    await again.report();
    await machine.close();

    const third = await machine.start(parts);
    expect(third.colony.worker("Tom").id).toBe(again.id);
  });

  it("leaves those below it where they are, still counted and still stopped with all", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request) =>
        newest(request) === "lead" && results(request).length === 0
          ? calls(["spawn_worker", { task: "below" }])
          : { text: "never", before: NEVER },
      helper: { lifetime: "persistent" },
      limits: { maxDepth: 2 },
    });
    const lead = await colony.spawn("helper", { task: "lead", parent: "overseer" });
    await machine.until(() =>
      colony.agents().some(({ task, execution }) => task === "below" && execution?.status === "running"),
    );
    await lead.close();
    await lead.remove();
    const below = colony.agents().find(({ task }) => task === "below");
    expect(below).toMatchObject({ status: "open", execution: { status: "running" } });
    await colony.stop();
    expect(colony.agent(below?.id ?? "").record.execution?.status).toBe("cancelled");
  });
});

describe("the tools of whoever spawns", () => {
  it("spawning returns at once with the id, and the work goes on behind it", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, overseer } = await machine.start({
      overseer: (request, index) =>
        index === 0
          ? calls(["spawn_worker", { task: "t", name: "auto" }])
          : { text: `heard ${heard(request).length}` },
      worker: () => ({ text: "done", before: gate.opened }),
    });
    await colony.inject("go");
    await machine.settled();
    const record = colony.agents().find(({ kind }) => kind === "worker");
    expect(told(results(overseer.requests[1] as never))).toMatchObject([
      { workerId: record?.id, name: matching(/^[a-z]+-[a-z]+/) },
    ]);
    expect(record?.execution?.status).toBe("running");
    gate.open();
    await colony.idle();
    expect(colony.agent(record?.id ?? "").record.execution?.status).toBe("completed");
  });

  it("tell of one worker its status, level, time, task and a piece of its result", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, overseer } = await machine.start({
      overseer: (request, index) => {
        if (index === 0) return calls(["spawn_worker", { task: LONG, name: "Tom" }]);
        if (index === 1 || index === 3) return calls(["agent_status", { worker: "Tom" }]);
        return echoes(request);
      },
      worker: () => ({ text: LONG, before: gate.opened }),
    });
    await colony.inject("go");
    await machine.later(7_900);
    gate.open();
    await colony.idle();
    const shown = overseer.requests
      .flatMap((request) => told(results(request)))
      .filter((one) => (one as { status?: string }).status);
    expect(shown[0]).toMatchObject({
      name: "Tom",
      worker: "helper",
      level: 2,
      status: matching(/queued|running/),
      elapsedSeconds: 0,
      task: `${LONG.slice(0, 199)}…`,
    });
    expect(shown.at(-1)).toMatchObject({
      status: "completed",
      elapsedSeconds: 7,
      report: { status: "success", summary: `${LONG.slice(0, 199)}…` },
    });
  });

  it("list one's own workers, newest first, by status and no more than was asked for", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: (_request, index) => {
        if (index === 0)
          return calls([
            "spawn_workers",
            { tasks: ["a", "b", "c"].map((task) => ({ task, name: `worker ${task}` })) },
          ]);
        if (index === 1) return { text: "started" };
        if (index === 2)
          return {
            toolCalls: [
              { id: "1", name: "agent_list", input: { status: "completed" } },
              { id: "2", name: "agent_list", input: { status: "running" } },
              { id: "3", name: "agent_list", input: { limit: 1 } },
              { id: "4", name: "agent_list", input: { status: "lost" } },
              { id: "5", name: "agent_list", input: { status: "done" } },
            ],
          };
        return { text: "ok" };
      },
      worker: (request) => (newest(request) === "c" ? { text: "never", before: NEVER } : { text: "done" }),
    });
    await colony.spawn("helper", { task: "somebody else's" });
    await colony.inject("go");
    await machine.settled();
    const lists = overseer.requests.flatMap((request) => told(results(request)).slice(-5));
    const shown = lists.slice(-5).map((list) => (list as { workers?: readonly { task: string }[] }).workers);
    expect(shown.slice(0, 4).map((workers) => workers?.map(({ task }) => task))).toEqual([
      ["b", "a"],
      ["c"],
      ["c"],
      [],
    ]);
    expect(String(lists.at(-1))).toContain("status");
  });

  it("stop a worker and say so, also when it had ended", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: (request, index) => {
        if (index === 0) return calls(["spawn_worker", { task: "t", name: "Tom" }]);
        if (index <= 2) return calls(["agent_cancel", { worker: "Tom", reason: "enough" }]);
        return echoes(request);
      },
      worker: () => ({ text: "never", before: NEVER }),
    });
    await colony.inject("go");
    await machine.settled();
    const { id, report } = colony.worker("Tom").record;
    expect(report).toMatchObject({ status: "cancelled", summary: "The worker was cancelled: enough." });
    const stops = overseer.requests.flatMap((request) => told(results(request)));
    expect(stops).toContainEqual({ stopped: [id] });
    expect(stops).toContainEqual({ stopped: [], note: "It had ended already; nothing was changed." });
  });

  it("close a worker, open it again and send it more, which it works on one after the other", async () => {
    await using machine = new Machine();
    const {
      colony,
      overseer,
      worker: model,
    } = await machine.start({
      overseer: (request, index) => {
        const steps = [
          calls(["spawn_worker", { task: "hang", name: "Tom" }]),
          calls(["send_to_worker", { worker: "Tom", message: "later", mode: "queue" }]),
          calls(["close_worker", { worker: "Tom" }]),
          calls(["close_worker", { worker: "Tom" }]),
          calls(["reopen_worker", { worker: "Tom" }]),
          calls(["reopen_worker", { worker: "Tom" }]),
        ];
        return steps[index] ?? echoes(request);
      },
      worker: (request) => (newest(request) === "hang" ? { text: "never", before: NEVER } : echoes(request)),
      helper: { lifetime: "persistent" },
    });
    await colony.inject("go");
    await colony.idle();
    const { id } = colony.worker("Tom");
    const shown = told(results(overseer.requests.at(-1) as never));
    expect(shown).toMatchObject([
      { workerId: id, name: "Tom" },
      { sent: true, workerId: id, arrival: { as: matching(/queued|waiting/) } },
      { workerId: id, previousStatus: matching(/queued|running/), kept: 1 },
      { workerId: id, note: "It was closed already; nothing was changed." },
      { workerId: id, waiting: 1 },
      { workerId: id, note: "It was open already; nothing was changed." },
    ]);
    expect(newest(model.requests.at(-1) as never)).toBe("later");
    expect(await colony.worker("Tom").snapshot()).toMatchObject({ status: "idle", lastOutput: "re: later" });
  });

  it("do not reach what somebody else has spawned", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({
      overseer: (request, index) => {
        const tools = ["agent_status", "close_worker", "reopen_worker", "agent_cancel"];
        return index === 0
          ? { toolCalls: tools.map((name) => ({ id: name, name, input: { worker: "Tom" } })) }
          : echoes(request);
      },
      worker: () => ({ text: "never", before: NEVER }),
      helper: { lifetime: "persistent" },
    });
    await colony.spawn("helper", { task: "t", name: "Tom" });
    await colony.inject("go");
    await machine.settled();
    expect(told(results(overseer.requests[1] as never))).toEqual(
      Array.from({ length: 4 }, () => 'you have no worker "Tom"; you have no workers'),
    );
    expect(colony.worker("Tom").record.status).toBe("open");
  });

  it("are no more than are of use: where no worker stays, there is none to be closed or opened again", async () => {
    const offered = async (lifetime: "ephemeral" | "persistent"): Promise<readonly string[]> => {
      await using machine = new Machine();
      const { colony, overseer } = await machine.start({
        overseer: echoes,
        worker: () => ({ text: "done" }),
        helper: { lifetime },
      });
      await (await colony.inject("go")).reply();
      return overseer.requests.flatMap(({ tools }) => (tools ?? []).map(({ name }) => name));
    };
    const [few, all] = [await offered("ephemeral"), await offered("persistent")];
    expect(few).toContain("agent_cancel");
    expect(all.filter((name) => !few.includes(name))).toEqual(["close_worker", "reopen_worker"]);
  });
});
