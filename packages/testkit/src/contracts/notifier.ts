import { agentId, colonyId, EventId, type Notification, type Notifier } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireContract } from "../given.ts";

/** A notifier with a receiver that the suite can look at. */
export interface OpenedNotifier {
  readonly notifier: Notifier;
  /** What the receiver has so far, oldest first. */
  received(): Promise<readonly Notification[]>;
  /** From now on the receiver does not take what it is sent. */
  refuse(): void;
  /** From now on the receiver never answers; absent where it cannot take any time. */
  hang?(): void;
  close?(): Promise<void>;
}

const NEVER = (): AbortSignal => new AbortController().signal;

function news(number: number, more: Partial<Notification> = {}): Notification {
  return {
    id: EventId.parse(`w-1@${number}`),
    colonyId: colonyId("colony-1"),
    workerId: agentId("w-1"),
    name: null,
    label: "bees",
    role: "researcher",
    mark: "ok",
    status: "success",
    seconds: 12,
    text: "they dance",
    owner: null,
    ...more,
  };
}

/** Registers a vitest suite that holds an implementation of `Notifier` to each promise of that port. */
export function notifierContract(name: string, open: () => Promise<OpenedNotifier>): void {
  requireContract("notifierContract", { name, open });
  describe(`${name} keeps the promises of notifiers`, () => {
    let opened: OpenedNotifier;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.close?.();
    });

    it("resolves once the receiver has it, all of it", async () => {
      await opened.notifier.notify(news(1), { signal: NEVER() });
      expect(await opened.received()).toEqual([news(1)]);
    });

    it("tells texts as they are, whatever stands in them", async () => {
      const odd = news(2, {
        mark: "warning",
        status: "failed",
        text: 'it\'s "$HOME" `id` %s\n\\n zwei\tZeilen \u{1f41d} \u0000 </script>',
        owner: "ada & co",
        name: "Tom",
        label: null,
      });
      await opened.notifier.notify(odd, { signal: NEVER() });
      expect(await opened.received()).toEqual([odd]);
    });

    it("tells the same news twice where it is told twice, under one id", async () => {
      await opened.notifier.notify(news(3), { signal: NEVER() });
      await opened.notifier.notify(news(3), { signal: NEVER() });
      expect(await opened.received()).toEqual([news(3), news(3)]);
    });

    it("tells several at once, each of them whole", async () => {
      const all = Array.from({ length: 8 }, (_, index) => news(10 + index));
      await Promise.all(all.map((each) => opened.notifier.notify(each, { signal: NEVER() })));
      const received = (await opened.received()).toSorted((a, b) => a.id.localeCompare(b.id));
      expect(received).toEqual(all);
    });

    it("rejects what the receiver does not take, and goes on with the next", async () => {
      opened.refuse();
      await expect(opened.notifier.notify(news(4), { signal: NEVER() })).rejects.toThrow(/\S/);
      expect(await opened.received()).toEqual([]);
    });

    it("tells nothing once it is called off", async () => {
      const telling = opened.notifier.notify(news(5), { signal: AbortSignal.abort() });
      await expect(telling).rejects.toThrow(/\S/);
      expect(await opened.received()).toEqual([]);
    });

    it("lets go of a receiver that hangs when it is called off", async () => {
      const calledOff = new AbortController();
      opened.hang?.();
      const telling = opened.notifier.notify(news(6), { signal: calledOff.signal });
      calledOff.abort();
      // Who takes no time may have told it by then.
      const outcome = await telling.then(
        () => "told",
        () => "called off",
      );
      expect(opened.hang === undefined ? ["told", "called off"] : ["called off"]).toContain(outcome);
    });
  });
}
