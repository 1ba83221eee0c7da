import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createGate,
  createMemoryGround,
  createScriptedModel,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { openColony } from "../open-colony.ts";
import { Machine } from "../testing/machine.ts";
import { calls, heard, newest, results } from "../testing/said.ts";

const NEVER = createGate().opened;

it("a persistent worker that is stopped never takes up the mail that waited for it, wherever the process is killed", async () => {
  const { failures, points } = await crashEverywhere(
    {
      ground: createMemoryGround,
      async live(life, ground) {
        const colony = await openColony({
          ...life.options,
          limits: { shutdownGraceMs: 0 },
          overseer: { model: life.model(createScriptedModel([])) },
          workers: {
            helper: defineWorker({
              lifetime: "persistent",
              model: life.model(createScriptedModel(() => ({ text: "never", before: NEVER }))),
            }),
          },
        });
        const known = colony.agents().find(({ name }) => name === "Tom");
        const tom =
          known === undefined
            ? await colony.spawn("helper", { task: "t", name: "Tom" })
            : colony.agent(known.id);
        // What was said before is not said again once Tom is being stopped: whoever stopped him knows that he did.
        const asked = await ground.log.read({ types: ["CANCEL_REQUESTED"] });
        if (asked.length === 0) {
          await tom.inject("and this", { idempotencyKey: "mail", mode: "queue" });
          await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });
          await tom.stop();
        }
        await colony.idle();
        expect(tom.record.status).toBe("closed");
        await colony.close();
      },
      check(events, { commits }) {
        const count = (type: string): number => events.filter((event) => event.type === type).length;
        return [
          ...checkPromises(events),
          ...checkReplay(events, commits),
          ...(count("EXECUTION_QUEUED") === 1 ? [] : [`${count("EXECUTION_QUEUED")} executions`]),
          ...(count("INPUT_DISCARDED") === 1 ? [] : [`${count("INPUT_DISCARDED")} inputs discarded`]),
          ...(count("AGENT_CLOSED") === 1 ? [] : [`closed ${count("AGENT_CLOSED")} times`]),
        ];
      },
    },
    { again: 3 },
  );
  expect(failures).toEqual([]);
  expect(points.length).toBeGreaterThan(15);
}, 60_000);

it("a worker that is stopped takes along everybody below it, also below those who are persistent", async () => {
  await using machine = new Machine();
  const below = new Map([
    ["top", "middle"],
    ["middle", "leaf"],
  ]);
  const { colony } = await machine.start({
    overseer: [],
    worker: (request) => {
      const name = below.get(newest(request));
      return name === undefined || results(request).length > 0
        ? { text: "never", before: NEVER }
        : calls(["spawn_worker", { task: name, worker: "helper", name }]);
    },
    helper: { lifetime: "persistent" },
    limits: { maxDepth: 3 },
  });
  const top = await colony.spawn("helper", { task: "top", name: "top" });
  const leaf = () => colony.agents().find(({ name }) => name === "leaf");
  await machine.until(() => leaf()?.execution?.status === "running");
  expect(await top.stop()).toHaveLength(3);
  for (const name of ["top", "middle", "leaf"])
    expect(colony.worker(name).record).toMatchObject({
      status: "closed",
      execution: { status: "cancelled" },
    });
  expect(checkPromises(await machine.events())).toEqual([]);
});

it("an idle worker is not woken by what those below it report as they are stopped with it", async () => {
  await using machine = new Machine();
  const { colony, worker } = await machine.start({
    overseer: [],
    worker: (request) => {
      const said = newest(request);
      if (said === "hang") return { text: "never", before: NEVER };
      if (results(request).length > 0)
        return heard(request)[0] === "top" ? { text: "never", before: NEVER } : { text: "done" };
      if (said === "top")
        return calls(["spawn_worker", { task: "middle", worker: "helper", name: "middle" }]);
      if (said === "middle") return calls(["spawn_worker", { task: "leaf", worker: "helper", name: "leaf" }]);
      return { text: "ok" };
    },
    helper: { lifetime: "persistent" },
    limits: { maxDepth: 3 },
  });
  const top = await colony.spawn("helper", { task: "top", name: "top" });
  const statusOf = (name: string) => colony.agents().find((agent) => agent.name === name)?.execution?.status;
  await machine.until(() => statusOf("middle") === "completed" && statusOf("leaf") === "completed");
  await colony.worker("leaf").send("hang");
  await machine.until(() => statusOf("leaf") === "running");
  await machine.settled();
  const [asked, queued] = [worker.requests.length, (await machine.of("EXECUTION_QUEUED")).length];
  await top.stop();
  await machine.settled();
  expect(checkPromises(await machine.events())).toEqual([]);
  expect(["top", "middle", "leaf"].map((name) => colony.worker(name).record)).toMatchObject(
    Array.from({ length: 3 }, () => ({ status: "closed", pendingInputs: 0 })),
  );
  await top.reopen();
  await machine.settled();
  expect(await machine.of("EXECUTION_QUEUED")).toHaveLength(queued);
  expect(worker.requests).toHaveLength(asked);
});
