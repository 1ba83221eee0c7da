import { defineTool } from "@colony/core";
import { checkPromises } from "@colony/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

/** What a worker of the crowd does: it works for some seconds, and may kill its process at the end of them. */
interface Work {
  readonly seconds: number;
  readonly kills?: boolean;
}

/** A machine on which a crowd is at work in a slow tool, and whose processes may be killed from outside. */
class Crowd implements AsyncDisposable {
  readonly machine = new Machine();
  readonly #work: readonly Work[];
  #atOnce = 0;
  /** Most of them at work at the same time, in the newest process. */
  mostAtOnce = 0;

  constructor(work: readonly Work[]) {
    this.#work = work;
  }

  async start() {
    this.#atOnce = this.mostAtOnce = 0;
    return await this.machine.start((life) => ({
      overseer: echoes,
      worker: (request) =>
        results(request).length > 0
          ? { text: "got through" }
          : calls(["work", { no: Number(newest(request)) }]),
      helper: {
        tools: [
          defineTool({
            name: "work",
            description: "takes its time",
            input: z.object({ no: z.number() }),
            effect: "pure",
            run: async ({ no }, { signal }) => {
              const { seconds = 0, kills = false } = this.#work[no] ?? {};
              this.mostAtOnce = Math.max(this.mostAtOnce, (this.#atOnce += 1));
              await this.machine.ground.clock.sleep(seconds * 1_000, { signal });
              if (kills) life.kill();
              this.#atOnce -= 1;
            },
          }),
        ],
      },
      limits: { concurrency: this.#work.length },
    }));
  }

  /** The first process, with all of them at work. */
  async begin() {
    const process = await this.start();
    await Promise.all(
      this.#work.map((_, no) => process.colony.spawn("helper", { task: String(no), name: `no-${no}` })),
    );
    await this.machine.settled();
    return process;
  }

  /** As many processes as are killed from outside while all whom they let are at work. */
  async killed(times: number): Promise<void> {
    (await this.begin()).life.kill();
    for (let deaths = 1; deaths < times; deaths += 1) {
      const { life } = await this.start();
      await this.machine.settled();
      life.kill();
    }
  }

  /** Whether each of them has reported. */
  async isOver(): Promise<boolean> {
    const { well, others } = await this.ends();
    return well + others.length === this.#work.length;
  }

  /** Ends of workers that were not successes, by name; and how many were. */
  async ends() {
    const reports = await this.machine.of("SUBAGENT_REPORT");
    const others = reports.filter(({ data }) => data.status !== "success");
    return {
      well: reports.length - others.length,
      others: others.map(({ data }) => `${data.name} ${data.status} ${data.cause}`),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machine[Symbol.asyncDispose]();
  }
}

const all = (count: number, seconds: number): readonly Work[] =>
  Array.from({ length: count }, () => ({ seconds }));

describe("a crowd whose hosts were killed twice from outside", () => {
  it("goes on by parties, one going in for each that gets through", async () => {
    await using crowd = new Crowd(all(40, 10));
    await crowd.killed(2);
    await crowd.start();
    await crowd.machine.settled();
    expect(crowd.mostAtOnce).toBe(11);
    for (let rounds = 0; rounds < 4; rounds += 1) await crowd.machine.later(10_000);
    expect([await crowd.ends(), crowd.mostAtOnce]).toEqual([{ well: 40, others: [] }, 11]);
    expect(checkPromises(await crowd.machine.events())).toEqual([]);
  });

  it("does not wait for those who take long for more than half a minute", async () => {
    await using crowd = new Crowd(all(40, 400));
    await crowd.killed(2);
    await crowd.start();
    await crowd.machine.settled();
    for (let parties = 1; parties < 4; parties += 1) {
      expect(crowd.mostAtOnce).toBe(parties * 11);
      await crowd.machine.later(29_999);
      expect(crowd.mostAtOnce).toBe(parties * 11);
      await crowd.machine.later(1);
    }
    expect(crowd.mostAtOnce).toBe(40);
    await crowd.machine.later(400_000);
    expect(await crowd.ends()).toEqual({ well: 40, others: [] });
  });

  it("is tried one by one where they are few", async () => {
    await using crowd = new Crowd(all(15, 10));
    await crowd.killed(2);
    await crowd.start();
    for (let rounds = 0; rounds < 15; rounds += 1) await crowd.machine.later(10_000);
    expect([await crowd.ends(), crowd.mostAtOnce]).toEqual([{ well: 15, others: [] }, 1]);
  });
});

it("those who are tried in quiet hold up a conversation for half a minute in all", async () => {
  await using crowd = new Crowd(all(40, 20));
  // Those of the party in the midst of which the third host was killed have three deaths, and are few.
  await crowd.killed(3);
  const { colony } = await crowd.start();
  const receipt = await colony.inject("hello");
  await crowd.machine.later(29_000);
  expect(await crowd.machine.of("INPUT_DELIVERED")).toEqual([]);
  await crowd.machine.later(1_000);
  expect(await receipt.reply()).toBe("re: hello");
  await crowd.machine.later(300_000);
  expect(await crowd.ends()).toEqual({ well: 40, others: [] });
});

it(
  "a poison in a crowd is given up after few deaths, and takes nobody along",
  { timeout: 120_000 },
  async () => {
    const innocent = fc.record({ seconds: fc.integer({ min: 1, max: 60 }) });
    const poisoned = fc.record({ seconds: fc.integer({ min: 1, max: 45 }), kills: fc.constant(true) });
    const crowds = fc
      .array(innocent, { minLength: 15, maxLength: 70 })
      .chain((work) => fc.tuple(fc.constant(work), poisoned, fc.nat({ max: work.length })));
    await fc.assert(
      fc.asyncProperty(crowds, async ([innocents, poison, place]) => {
        const work = innocents.toSpliced(place, 0, poison);
        await using crowd = new Crowd(work);
        let { life } = await crowd.begin();
        let lives = 1;
        for (let steps = 0; steps < 300 && !(await crowd.isOver()); steps += 1) {
          await crowd.machine.later(10_000);
          if (life.alive) continue;
          lives += 1;
          ({ life } = await crowd.start());
        }
        expect(await crowd.ends()).toEqual({
          well: innocents.length,
          others: [`no-${place} failed unrecoverable`],
        });
        expect(lives).toBeLessThanOrEqual(7);
        expect(checkPromises(await crowd.machine.events())).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  },
);
