import { createManualClock, readAll } from "@colony/testkit";
import { expect, it } from "vitest";
import { memory, openPriced, spawnMany } from "../testing/priced-colony.ts";

const WORKERS = 100;
const CALLS_A_SECOND = 4;

it("a hundred workers at once are all served by a provider that takes four calls a second", async () => {
  const clock = createManualClock({ now: 0 });
  const store = memory();
  const taken = new Map<number, number>();
  const busy = Object.assign(new Error("busy"), { statusCode: 429 });
  await using colony = await openPriced({
    clock,
    store,
    worker: () => {
      const second = Math.floor(clock.now() / 1_000);
      const before = taken.get(second) ?? 0;
      if (before >= CALLS_A_SECOND) return { throws: busy };
      taken.set(second, before + 1);
      return { text: "done" };
    },
  });
  const workers = await spawnMany(colony, WORKERS);
  await clock.advance(150_000);
  const reports = await Promise.all(workers.map(async (worker) => await worker.report()));
  expect(reports.filter((report) => report?.status === "success")).toHaveLength(WORKERS);
  const times = (await readAll(store.log)).flatMap(({ type, data }) =>
    type === "MODEL_RETRY_SCHEDULED" && data.failures === 1 ? [data.notBefore] : [],
  );
  expect(new Set(times).size).toBeGreaterThan(60);
});
