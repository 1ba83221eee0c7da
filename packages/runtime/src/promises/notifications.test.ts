import type { ColonyEvent, Notification } from "@colony/core";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type Life,
  type MemoryGround,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, results } from "../testing/said.ts";

/** What outlives every process: the disk, and the person's telephone. */
interface World extends MemoryGround {
  readonly told: Notification[];
}

/** A telephone that takes the first news of each worker only when it is told of it again. */
async function ring(life: Life, { told }: World, notification: Notification): Promise<void> {
  await life.point("before the person is told");
  const isFirst = told.every(({ id }) => id !== notification.id);
  told.push(notification);
  await life.point("after the person was told");
  if (isFirst) throw new Error("busy");
}

async function open(life: Life, world: World): Promise<Colony> {
  const overseer = createScriptedModel((request) =>
    results(request).length === 0
      ? calls([
          "spawn_workers",
          {
            tasks: [
              { task: "a", name: "a", notify: true },
              { task: "b", name: "b" },
              { task: "c", name: "c", notify: true },
            ],
          },
        ])
      : { text: "well" },
  );
  const worker = createScriptedModel(() => ({ text: "all done" }));
  return await openColony({
    ...life.options,
    limits: { shutdownGraceMs: 0 },
    notifier: { notify: (notification) => ring(life, world, notification) },
    overseer: { model: life.model(overseer) },
    workers: { helper: defineWorker({ model: life.model(worker) }) },
  });
}

const scenario: CrashScenario<World> = {
  ground: () => ({ ...createMemoryGround(), told: [] }),
  async live(life, world) {
    const colony = await open(life, world);
    await (await colony.inject("go", { idempotencyKey: "go" })).outcome();
    await colony.idle();
    while (colony.agents().some(({ notices }) => notices !== undefined))
      await colony.waitFor({ types: ["NOTIFICATION_SENT"] });
    await colony.close();
  },
  check: (events, world) => [
    ...checkPromises(events),
    ...checkReplay(events, world.commits),
    ...toldAsAsked(events, world),
  ],
};

/** Each of the two that asked for it is told of at least once, always under the same id, and settled once. */
function toldAsAsked(events: readonly ColonyEvent[], { told }: World): readonly string[] {
  const problems: string[] = [];
  const asked = new Set(
    events.flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.notify === true ? [event.agentId] : [],
    ),
  );
  if (asked.size !== 2) problems.push(`${asked.size} workers asked for it`);
  for (const report of events) {
    if (report.type !== "SUBAGENT_REPORT") continue;
    const of = told.filter(({ workerId }) => workerId === report.agentId);
    const sent = events.filter(
      (event) => event.type === "NOTIFICATION_SENT" && event.data.notificationId === report.id,
    ).length;
    const wanted = asked.has(report.agentId) ? 1 : 0;
    if (sent !== wanted) problems.push(`${report.id} was sent ${sent} times`);
    if (wanted === 1 && of.length < 2) problems.push(`${report.agentId} was told of ${of.length} times`);
    if (wanted === 0 && of.length > 0) problems.push(`${report.agentId} was told of and nobody had asked`);
    if (of.some(({ id, text }) => id !== report.id || text !== "all done"))
      problems.push(`${report.agentId} was told of under another id, or with other words`);
  }
  return problems;
}

describe("a person who is to be told when workers have ended", () => {
  it.each([undefined, 1, 5])(
    "is told at least once and under one id, wherever the process is killed (and again %s places later)",
    async (again) => {
      const { failures, points } = await crashEverywhere(scenario, again === undefined ? {} : { again });
      expect(failures).toEqual([]);
      const rings = points.filter(({ what }) => what.includes("the person"));
      expect(rings.length).toBeGreaterThanOrEqual(8);
    },
    120_000,
  );

  it("is told twice only where a process died between the telling and its record", async () => {
    const counts: number[] = [];
    const { failures } = await crashEverywhere({
      ...scenario,
      check: (events, world) => {
        counts.push(world.told.length);
        return scenario.check(events, world);
      },
    });
    expect(failures).toEqual([]);
    const [uncut, ...cut] = counts;
    expect(uncut).toBe(4);
    expect(Math.max(...cut)).toBe(5);
  });
});
