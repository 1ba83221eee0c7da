import { ColonyError, type ColonyEvent } from "@colony/core";
import {
  Life,
  checkPromises,
  checkReplay,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  readAll,
  type CrashScenario,
  type MemoryGround,
} from "@colony/testkit";
import { expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonyReader } from "../reader.ts";
import { ColonyPlace } from "../testing/colony-process.ts";
import { echoes, heard } from "../testing/said.ts";

const SECOND = 1_000;
const UNTIL = 45 * SECOND;

async function open(life: Life, spoken: string[] = []): Promise<Colony> {
  const model = createScriptedModel((request) => {
    spoken.push(heard(request).join("|"));
    return echoes(request);
  });
  return await openColony({
    ...life.options,
    limits: { shutdownGraceMs: 0 },
    overseer: { model: life.model(model) },
  });
}

/** What is not there, or is over by the time that a later life comes to it. */
async function unlessOver(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof ColonyError) || !/^trigger\.(?:not_found|invalid)$/u.test(error.code)) throw error;
  });
}

const scenario: CrashScenario<MemoryGround> = {
  ground: createMemoryGround,
  async live(life, { clock }) {
    const colony = await open(life);
    const set = colony.triggers;
    await set.set({ id: "often", everyMs: 10 * SECOND, anchor: 0, text: "often at {{due}}" });
    await set.set({ id: "each", everyMs: 20 * SECOND, anchor: 0, text: "each at {{due}}", missed: "all" });
    await set.set({ id: "skips", everyMs: 20 * SECOND, anchor: 0, text: "skips at {{due}}", missed: "skip" });
    await unlessOver(set.set({ id: "once", at: 30 * SECOND, text: "once" }));
    await set.set({ id: "hook", webhook: { token: "a token of sixteen" } });
    await set.fire("hook", { body: "built", idempotencyKey: "delivery" });
    const left = UNTIL - clock.now();
    if (left > 0) await life.clock.sleep(left, { signal: new AbortController().signal });
    for (const id of ["often", "each", "skips", "once", "hook"]) await unlessOver(set.remove(id));
    await colony.idle();
    await colony.close();
  },
  check: (events, { commits }) => [
    ...checkPromises(events),
    ...checkReplay(events, commits),
    ...expected(events),
  ],
};

/** Whatever happened, these were due, and a trigger that is wanted for each of its times has had each. */
function expected(events: readonly ColonyEvent[]): readonly string[] {
  const received = (id: string): string =>
    events
      .flatMap((event) =>
        event.type === "INPUT_RECEIVED" && event.data.from === `trigger:${id}` ? [event.data.text] : [],
      )
      .join();
  const problems: string[] = [];
  const each = "each at 1970-01-01T00:00:20.000Z,each at 1970-01-01T00:00:40.000Z";
  if (received("each") !== each) problems.push(`each: ${received("each")}`);
  if (received("once") !== "once") problems.push(`once: ${received("once")}`);
  if (received("hook") !== "built") problems.push(`hook: ${received("hook")}`);
  return problems;
}

it("every due time is fired for or missed once, and every input given once, wherever the process is killed", async () => {
  const { failures, points } = await crashEverywhere(scenario);
  expect(failures).toEqual([]);
  expect(points.length).toBeGreaterThan(70);
}, 120_000);

it("the same where the next process is killed as well, a little later", async () => {
  for (const again of [1, 4]) {
    const { failures } = await crashEverywhere(scenario, { again });
    expect(failures).toEqual([]);
  }
}, 240_000);

it("a host that is killed between the input and its record sends it once, and what it had passed over is counted", async () => {
  const ground = createMemoryGround();
  const first = new Life(ground);
  const colony = await open(first);
  await colony.triggers.set({ id: "tick", everyMs: 10 * SECOND, anchor: 0, text: "at {{due}}" });
  await colony.close();
  await ground.clock.advance(35 * SECOND);
  // It makes up for 30 s, and dies before it can say that 10 s and 20 s were missed.
  const second = new Life(ground);
  const log = second.log.onAppended((events) => {
    if (events.some(({ type }) => type === "INPUT_RECEIVED")) second.kill();
  });
  void open(second);
  await second.death;
  log();
  await ground.clock.advance(20 * SECOND);
  const spoken: string[] = [];
  const third = new Life(ground);
  const last = await open(third, spoken);
  await last.idle();
  await last.close();
  const told = (await readAll(ground.log)).flatMap(({ type, data }) => {
    if (type === "TRIGGER_FIRED") return [`fired ${data.dueAt / SECOND}${data.late === true ? " late" : ""}`];
    return type === "TRIGGER_MISSED" ? [`missed ${data.count}`] : [];
  });
  expect(told).toEqual(["missed 2", "fired 30 late", "missed 1", "fired 50 late"]);
  expect(checkPromises(await readAll(ground.log))).toEqual([]);
  expect(spoken.at(-1)).toBe("at 1970-01-01T00:00:30.000Z|at 1970-01-01T00:00:50.000Z");
});

it("a disk that refuses for a while makes nobody fire twice, and the record comes as soon as it can", async () => {
  const ground = createMemoryGround();
  const life = new Life(ground);
  let refuses = false;
  const { log } = life;
  const store = {
    snapshots: life.snapshots,
    blobs: life.blobs,
    log: {
      ...log,
      append: async (append: Parameters<typeof log.append>[0]) => {
        if (refuses && append.events.some(({ type }) => type === "TRIGGER_FIRED"))
          throw new ColonyError("log.write_failed", "the disk is full");
        return await log.append(append);
      },
    },
  };
  const model = createScriptedModel(echoes);
  const colony = await openColony({ ...life.options, store, overseer: { model: life.model(model) } });
  await colony.triggers.set({ id: "tick", everyMs: 60 * SECOND, anchor: 0, text: "go" });
  await colony.triggers.set({ id: "hook", webhook: true });
  refuses = true;
  // The input of a webhook is durable, so its sender is told so.
  await colony.triggers.fire("hook", { body: "built" });
  refuses = false;
  await ground.clock.advance(2 * SECOND);
  refuses = true;
  await ground.clock.advance(150 * SECOND);
  const refused = await colony.triggers.fire("hook", { body: "lost" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "log.write_failed" });
  await ground.clock.advance(50 * SECOND);
  refuses = false;
  await ground.clock.advance(10 * SECOND);
  await colony.idle();
  await colony.close();
  const events = await readAll(ground.log);
  expect(checkPromises(events)).toEqual([]);
  const inputs = events.flatMap((event) =>
    event.type === "INPUT_RECEIVED" ? [event.data.trigger?.dueAt] : [],
  );
  expect(inputs).toEqual([1_000, 60_000, 180_000]);
  expect(events.filter(({ type }) => type === "TRIGGER_MISSED").map(({ data }) => data)).toMatchObject([
    { count: 1, firstAt: 120_000 },
  ]);
});

it("a process that is killed outright each time it has sent an input leaves none lost and none doubled", async () => {
  await using place = await ColonyPlace.make();
  const life = (deaths: boolean): string => `
    const colony = await openColony({ dir, overseer: { model: remembering } });
    ${deaths ? `colony.events$.subscribe(({ type, data }) => { if (type === "INPUT_RECEIVED" && data.trigger) die(); });` : ""}
    await colony.triggers.set({ id: "tick", everyMs: 1_000, anchor: 0, text: "tick {{due}}", missed: "all" });
    await colony.triggers.set({ id: "tock", everyMs: 1_000, anchor: 500, text: "tock {{due}}" });
    ${
      deaths
        ? "stay();"
        : `
      await colony.triggers.remove("tick");
      await colony.triggers.remove("tock");
      await colony.idle();
      await colony.close();
      say("closed");`
    }
  `;
  for (let deaths = 0; deaths < 3; deaths += 1) {
    const killed = place.run(life(true));
    expect((await killed.ended)[1]).toBe("SIGKILL");
  }
  const last = place.run(life(false));
  expect(await last.line()).toBe("closed");
  expect((await last.ended)[0]).toBe(0);
  await using reader = await openColonyReader({ dir: place.dir });
  const events: ColonyEvent[] = [];
  for await (const event of reader.feed({ until: reader.head() })) events.push(event);
  expect(checkPromises(events)).toEqual([]);
  const ticks = events.flatMap((event) =>
    event.type === "INPUT_RECEIVED" && event.data.from === "trigger:tick" ? [event.data.trigger?.dueAt] : [],
  );
  // Each second from its first to its last, once.
  expect(ticks).toEqual(ticks.map((_, index) => (ticks[0] ?? 0) + index * SECOND));
  expect(events.filter(({ type }) => type === "TRIGGER_FIRED").length).toBeGreaterThanOrEqual(3);
}, 60_000);
