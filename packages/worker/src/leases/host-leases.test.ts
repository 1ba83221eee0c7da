import { SILENT_LOGGER, agentId, executionIdOf, type Leasable } from "@colony/core";
import { createGate, createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { HostLeases, type LeasingCall } from "./host-leases.ts";

const [one, other] = [executionIdOf(agentId("a"), 1), executionIdOf(agentId("b"), 1)];
const call: LeasingCall = { signal: new AbortController().signal };
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
    [one, one, other].map(async (id) => (await host.lease(id, leasable, call)).place),
  );
  expect(places).toEqual([1, 1, 2]);
});

it("it is closed once when its execution is let go of, and opened anew by the next", async () => {
  const host = leases();
  const leasable = book();
  await host.lease(one, leasable, call);
  host.letGo(one);
  host.letGo(one);
  await host.end(new Set([one]));
  expect(leasable.said).toEqual(["open 1", "close 1"]);
  expect((await host.lease(one, leasable, call)).place).toBe(2);
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
  const both = await Promise.allSettled([host.lease(one, leasable, call), host.lease(one, leasable, call)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await host.lease(one, leasable, call);
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
  const waiting = host.lease(one, leasable, call);
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
  const waiting = host.lease(one, slow, stop);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "wait.aborted" });
  const leasable = book();
  await expect(host.lease(other, leasable, stop)).rejects.toMatchObject({ code: "wait.aborted" });
  gate.open();
  await host.close();
  await expect(host.lease(other, leasable, call)).rejects.toMatchObject({ code: "wait.aborted" });
  expect(leasable.said).toEqual([]);
});

it("one that does not close holds nobody up for longer than it may take", async () => {
  const clock = createManualClock();
  const host = leases(clock);
  const stuck: Leasable<AsyncDisposable> = {
    name: "stuck",
    open: async () => ({ [Symbol.asyncDispose]: async () => await createGate().opened }),
  };
  await host.lease(one, stuck, call);
  const closed = host.close();
  await clock.advance(15_000);
  await closed;
});

it.each<[unknown, string]>([
  [undefined, "what is to be leased is missing; give an object with a name and the function open"],
  [5, "what is to be leased is 5; give an object"],
  [{}, "what is to be leased: name is missing; give an object"],
  [{ name: "x" }, "what is to be leased: open is missing; give an object"],
])("%j is not leased, and whoever waits for it is told so", async (leasable, sentence) => {
  const leasing = leases().lease(one, leasable as Leasable<AsyncDisposable>, call);
  await expect(leasing).rejects.toMatchObject({
    code: "usage.invalid",
    message: expect.stringContaining(sentence) as string,
  });
});

it.each([undefined, null, 5, {}, { [Symbol.dispose]: () => undefined }])(
  "what was opened as %j cannot be closed, and is not kept",
  async (opened) => {
    const host = leases();
    let tries = 0;
    const leasable = {
      name: "line",
      open: async () => {
        tries += 1;
        return tries === 1 ? opened : { [Symbol.asyncDispose]: async () => undefined };
      },
    } as unknown as Leasable<AsyncDisposable>;
    await expect(host.lease(one, leasable, call)).rejects.toMatchObject({
      code: "usage.invalid",
      message: expect.stringMatching(
        /^"line" was opened as .+, which cannot be closed; let open give/,
      ) as string,
    });
    await host.lease(one, leasable, call);
    await host.close();
  },
);

it("a call that has ended opens nothing any more, also where its execution goes on", async () => {
  const host = leases();
  const leasable = book();
  await expect(host.lease(one, leasable, { ...call, hasEnded: true })).rejects.toMatchObject({
    code: "wait.aborted",
    message: '"book" was not opened: the call that wanted it has ended',
  });
  expect(leasable.said).toEqual([]);
});
