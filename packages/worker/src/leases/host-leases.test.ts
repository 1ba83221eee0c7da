import { SILENT_LOGGER, agentId, executionIdOf, type Leasable } from "@colony/core";
import { createGate, createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { HostLeases } from "./host-leases.ts";

const [one, other] = [executionIdOf(agentId("a"), 1), executionIdOf(agentId("b"), 1)];
const { signal } = new AbortController();
const leases = (clock = createManualClock()): HostLeases => new HostLeases({ clock, logger: SILENT_LOGGER });

/** Something to lease that writes down what becomes of it. */
function book(): Leasable<AsyncDisposable & { readonly place: number }> & { readonly said: string[] } {
  const said: string[] = [];
  let opened = 0;
  return {
    name: "book",
    said,
    open: async () => {
      const place = (opened += 1);
      said.push(`open ${place}`);
      return { place, [Symbol.asyncDispose]: async () => void said.push(`close ${place}`) };
    },
  };
}

it("calls of an execution share one, those of another have another", async () => {
  const host = leases();
  const leasable = book();
  const places = await Promise.all(
    [one, one, other].map(async (id) => (await host.lease(id, leasable, signal)).place),
  );
  expect(places).toEqual([1, 1, 2]);
});

it("it is closed once when its execution is let go of, and opened anew by the next", async () => {
  const host = leases();
  const leasable = book();
  await host.lease(one, leasable, signal);
  host.letGo(one);
  host.letGo(one);
  await host.end(new Set([one]));
  expect(leasable.said).toEqual(["open 1", "close 1"]);
  expect((await host.lease(one, leasable, signal)).place).toBe(2);
});

it("what cannot be opened is told to all who wait for it, and tried anew by the next", async () => {
  const host = leases();
  let tries = 0;
  const leasable: Leasable<AsyncDisposable> = {
    name: "shy",
    open: async () => {
      tries += 1;
      if (tries === 1) throw new Error("not now");
      return { [Symbol.asyncDispose]: async () => undefined };
    },
  };
  const both = await Promise.allSettled([
    host.lease(one, leasable, signal),
    host.lease(one, leasable, signal),
  ]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await host.lease(one, leasable, signal);
  expect(tries).toBe(2);
});

it("one that is still being opened when its execution ends is told so, and closed when it is open all the same", async () => {
  const host = leases();
  const gate = createGate();
  const said: string[] = [];
  const leasable: Leasable<AsyncDisposable> = {
    name: "slow",
    open: async (wanted) => {
      wanted.addEventListener("abort", () => said.push("not wanted"));
      await gate.opened;
      return { [Symbol.asyncDispose]: async () => void said.push("closed") };
    },
  };
  const waiting = host.lease(one, leasable, signal);
  const closing = host.close();
  expect(said).toEqual(["not wanted"]);
  gate.open();
  await closing;
  await waiting;
  expect(said).toEqual(["not wanted", "closed"]);
});

it("a call that is called off waits for none, and none is opened for it any more", async () => {
  const host = leases();
  const gate = createGate();
  const slow: Leasable<AsyncDisposable> = {
    name: "slow",
    open: async () => {
      await gate.opened;
      return { [Symbol.asyncDispose]: async () => undefined };
    },
  };
  const stop = new AbortController();
  const waiting = host.lease(one, slow, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "wait.aborted" });
  const leasable = book();
  await expect(host.lease(other, leasable, stop.signal)).rejects.toMatchObject({ code: "wait.aborted" });
  gate.open();
  await host.close();
  await expect(host.lease(other, leasable, signal)).rejects.toMatchObject({ code: "wait.aborted" });
  expect(leasable.said).toEqual([]);
});

it("one that does not close holds nobody up for longer than it may take", async () => {
  const clock = createManualClock();
  const host = leases(clock);
  const stuck: Leasable<AsyncDisposable> = {
    name: "stuck",
    open: async () => ({ [Symbol.asyncDispose]: async () => await createGate().opened }),
  };
  await host.lease(one, stuck, signal);
  const closed = host.close();
  await clock.advance(15_000);
  await closed;
});
