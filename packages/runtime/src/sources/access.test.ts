import { createManualClock, type ModelScript } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { createSystemClock } from "../adapters/system-clock.ts";
import type { Colony } from "../colony.ts";
import { settled } from "../testing/settled.ts";
import { Receiver, ground, noticeEvents, openOn } from "../testing/told.ts";

// What registries of background agents do about whom to tell and whom to let, line by line, and what went wrong in them.

const bob = { id: "bob", role: "user" } as const;
const eve = { id: "eve", role: "user" } as const;
const ops = { id: "ops", role: "operator" } as const;
const task = { task: "Look at the bees.", notify: true };
const atWork: ModelScript = () => ({ text: "late", before: new Promise(() => undefined) });

const errorOf = async (call: () => unknown): Promise<{ readonly code: string; readonly message: string }> => {
  try {
    await call();
  } catch (error) {
    return error as { readonly code: string; readonly message: string };
  }
  throw new Error("nothing was thrown");
};

describe("telling of an end", () => {
  it("is done only where it was asked for and the work was not cancelled", async () => {
    const notifier = new Receiver();
    await using colony = await openOn(ground(), { notifier, clock: createSystemClock(), worker: atWork });
    const asked = await colony.spawn("helper", task);
    await settled();
    await asked.cancel();
    await asked.report();
    await settled();
    expect(notifier.told).toEqual([]);
  });

  it("says with a mark how it went, who it was, for how many whole seconds, and the first of what came of it", async () => {
    const world = ground();
    const notifier = new Receiver();
    const answers = ["x".repeat(300), ""].values();
    await using colony = await openOn(world, {
      notifier,
      worker: () => ({
        text: answers.next().value ?? "",
        before: world.clock.sleep(2_600, { signal: new AbortController().signal }),
      }),
    });
    const long = await colony.spawn("helper", task);
    await settled();
    await world.clock.advance(2_600);
    await long.report();
    await settled();
    expect(notifier.told).toMatchObject([
      { mark: "ok", role: "helper", seconds: 2, text: "x".repeat(200), status: "success" },
    ]);
    const empty = await colony.spawn("helper", task);
    await settled();
    await world.clock.advance(600_000);
    expect((await empty.report())?.status).toBe("failed");
    await settled();
    expect(notifier.told[1]).toMatchObject({ mark: "warning", role: "helper", status: "failed" });
  });

  it("goes to whose work it was", async () => {
    const notifier = new Receiver();
    await using colony = await openOn(ground(), { notifier, owner: "ada" });
    await (await colony.as(bob).spawn("helper", task)).report();
    await (await colony.spawn("helper", task)).report();
    await settled();
    expect(notifier.told.map(({ owner }) => owner)).toEqual(["bob", "ada"]);
  });

  it("that fails leaves the work as it ended, and whoever waited for it hears nothing of that", async () => {
    const world = ground();
    const notifier = new Receiver(() => Promise.reject(new Error("no such chat")));
    await using colony = await openOn(world, { notifier });
    const worker = await colony.spawn("helper", task);
    expect(await worker.report()).toMatchObject({ status: "success", summary: "all done" });
    await settled();
    expect(worker.record).toMatchObject({ status: "closed", execution: { status: "completed" } });
    expect(await noticeEvents(world)).toEqual([expect.stringContaining("no such chat")]);
  });

  it("happens once for one end: a late cancel neither flips the end nor tells again", async () => {
    const notifier = new Receiver();
    await using colony = await openOn(ground(), { notifier, clock: createManualClock({ now: 5 }) });
    const worker = await colony.spawn("helper", task);
    await worker.report();
    expect(await errorOf(() => worker.cancel())).toMatchObject({ code: "execution.ended" });
    await worker.stop();
    await settled();
    expect(notifier.told).toHaveLength(1);
    expect(worker.record.report?.status).toBe("success");
  });
});

describe("cancelling what is somebody's", () => {
  const open = async (): Promise<Colony> =>
    await openOn(ground(), { owner: "ada", clock: createSystemClock(), worker: atWork });

  it("answers in words: unknown, not at work, or cancelled", async () => {
    await using colony = await open();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    await worker.cancel();
    expect(worker.record.execution?.status).toBe("cancelled");
    expect(await errorOf(() => worker.cancel())).toMatchObject({
      code: "execution.ended",
      message: expect.stringContaining("is not at work") as string,
    });
    expect(await errorOf(() => colony.as(bob).agent("w-none"))).toMatchObject({ code: "agent.not_found" });
  });

  it("tells a stranger what an unknown id is told, whether it is at work or has ended", async () => {
    await using colony = await open();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    const cancel = async (id: string): Promise<string> => {
      const { code, message } = await errorOf(() => colony.as(eve).agent(id).cancel({ confirm: true }));
      return `${code}: ${message.replace(id, "X")}`;
    };
    const ofNothing = await cancel("w-none");
    expect(await cancel(worker.id)).toBe(ofNothing);
    await worker.cancel();
    expect(await cancel(worker.id)).toBe(ofNothing);
  });

  it("that is another's is for operators, who have to confirm it", async () => {
    await using colony = await open();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    const handle = colony.as(ops).agent(worker.id);
    expect(await errorOf(() => handle.cancel())).toMatchObject({ code: "access.unconfirmed" });
    expect(worker.record.execution?.cancelling).toBe(false);
    await handle.cancel({ confirm: true });
    expect(worker.record.execution?.status).toBe("cancelled");
  });
});
