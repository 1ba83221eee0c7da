import {
  SILENT_LOGGER,
  agentId,
  evolveAgent,
  type AgentState,
  type ColonyEvent,
  recipientOf,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import type { ColonyStore } from "../options.ts";

const open = async (store?: ColonyStore): Promise<Colony> => {
  const model = createScriptedModel((_request, index) => ({ text: `answer ${index}` }));
  return await openColony({
    logger: SILENT_LOGGER,
    ...(store === undefined ? {} : { store }),
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
};

const eventsOf = async (colony: Colony): Promise<ColonyEvent[]> => {
  const events: ColonyEvent[] = [];
  for await (const event of colony.feed({ until: colony.head() })) events.push(event);
  return events;
};

describe("a subscriber of a colony that", () => {
  it("throws, at every event, keeps nothing from being done, nor anybody from being told", async () => {
    await using colony = await open();
    for (const stream of [colony.events$, colony.reports$, colony.pulses$, colony.feed()])
      stream.subscribe(() => {
        throw new Error("a bug");
      });
    const seqs: number[] = [];
    const since = colony.head();
    colony.events$.subscribe(({ seq }) => void seqs.push(seq));
    expect(await (await colony.inject("one")).reply()).toBe("answer 0");
    await (await colony.spawn("helper", { task: "dig" })).report();
    await colony.idle();
    expect(seqs).toEqual(Array.from({ length: colony.head() - since }, (_, index) => since + 1 + index));
    expect(colony.stats().subscriberErrors).toBeGreaterThan(seqs.length);
  });

  it("leaves in the middle of being told, or takes another one away, harms nobody else", async () => {
    await using colony = await open();
    const heard: Record<string, number> = { leaver: 0, victim: 0, other: 0 };
    const leaver = colony.events$.subscribe(() => {
      heard["leaver"] = (heard["leaver"] ?? 0) + 1;
      leaver.unsubscribe();
      victim.unsubscribe();
    });
    const victim = colony.events$.subscribe(() => void (heard["victim"] = (heard["victim"] ?? 0) + 1));
    const since = colony.head();
    colony.events$.subscribe(() => void (heard["other"] = (heard["other"] ?? 0) + 1));
    expect(await (await colony.inject("one")).reply()).toBe("answer 0");
    await colony.idle();
    expect(heard).toEqual({ leaver: 1, victim: 0, other: colony.head() - since });
  });

  it("says something as soon as it is told gets it done, in order, and everybody hears of it", async () => {
    await using colony = await open();
    const replies: Promise<string>[] = [];
    const order: string[] = [];
    colony.events$.subscribe((event) => {
      if (event.type !== "INPUT_RECEIVED") return;
      order.push(event.data.text);
      const next = order.length + 1;
      if (next <= 20) replies.push(colony.inject(`${next}`).then((receipt) => receipt.reply()));
    });
    await (await colony.inject("1")).reply();
    while (replies.length < 19) await replies.at(-1);
    expect(await Promise.all(replies)).toEqual(
      Array.from({ length: 19 }, (_, index) => `answer ${index + 1}`),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`));
  });

  it("starts workers, stops them all and closes the colony as it is told, leaves each of them one report", async () => {
    const log = createMemoryLog();
    const store = { log, snapshots: createMemorySnapshotStore(), blobs: createMemoryBlobStore() };
    const colony = await open(store);
    const done: Promise<unknown>[] = [];
    // What comes once the colony closes is refused.
    const attempt = (work: Promise<unknown>): void => void done.push(work.catch(() => undefined));
    let spawned = 0;
    colony.events$.subscribe((event) => {
      if (event.type === "AGENT_SPAWNED" && spawned < 5)
        attempt(colony.spawn("helper", { task: `dig ${(spawned += 1)}` }));
      else if (event.type === "AGENT_SPAWNED") attempt(colony.stop());
      else if (event.type === "DISPATCH_BLOCKED") attempt(colony.close());
    });
    await colony.spawn("helper", { task: "dig" });
    for (let seen = 0; seen < done.length; seen = done.length) await Promise.all(done);
    await colony.close();
    {
      await using next = await open(store);
      await (await next.inject("go on")).reply();
      await next.idle();
    }
    const events = await log.read({ limit: 10_000 });
    const workers = events.flatMap((event) =>
      event.type === "AGENT_SPAWNED" && event.data.kind === "worker" ? [event.agentId] : [],
    );
    expect(workers.length).toBeGreaterThan(2);
    expect(
      events.flatMap(({ type, agentId: id }) => (type === "SUBAGENT_REPORT" ? [id] : [])).toSorted(),
    ).toEqual(workers.toSorted());
  });
});

describe("a picture and what is told after it", () => {
  /** What a reader knows of an agent that has read all events up to some seq. */
  const known = (events: readonly ColonyEvent[], id: string): AgentState | undefined =>
    evolveAgent(
      undefined,
      events.filter((event) => event.agentId === id || recipientOf(event) === id),
    );

  it("make up the present, wherever the picture is taken: no change is lost between them", async () => {
    await using colony = await open();
    const pictures: { readonly seq: number; readonly state: AgentState }[] = [];
    const overseer = agentId("overseer");
    const take = async (): Promise<void> => {
      // First the place and then the picture: what happens in between is told again, and never missed.
      const seq = colony.head();
      pictures.push({ seq, state: await colony.overseer.state() });
    };
    const told = colony.events$.subscribe(() => void take());
    for (const text of ["one", "two", "three"]) await (await colony.inject(text)).reply();
    await colony.idle();
    told.unsubscribe();
    const events = await eventsOf(colony);
    const present = known(events, overseer);
    expect(await colony.overseer.state()).toEqual(present);
    expect(pictures.length).toBeGreaterThan(20);
    for (const { seq, state } of pictures) {
      const { version } = state.record;
      const later: ColonyEvent[] = [];
      for await (const event of colony.feed({ after: seq, until: colony.head() })) later.push(event);
      const own = later.filter((event) => event.agentId === overseer);
      // Nothing that the picture lacks stands before the place from which is read on.
      expect((own[0]?.version ?? version + 1) <= version + 1).toBe(true);
      const news = own.filter((event) => event.version > version);
      expect(evolveAgent(state, news)).toEqual(present);
    }
  });
});
