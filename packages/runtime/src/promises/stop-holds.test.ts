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
import { calls, newest, results } from "../testing/said.ts";

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
