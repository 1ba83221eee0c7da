import { processesContract } from "@colony/testkit/contracts";
import { expect, it } from "vitest";
import { PROC } from "./process-table.ts";
import { createSystemClock } from "./system-clock.ts";
import { createSystemProcesses } from "./system-processes.ts";

processesContract("the system", () => createSystemProcesses({ clock: createSystemClock() }));

it("many that are ended at once are looked for together", async () => {
  let looks = 0;
  const pids = (): readonly number[] => {
    looks += 1;
    return PROC.pids();
  };
  const processes = createSystemProcesses({ clock: createSystemClock(), files: { ...PROC, pids } });
  const { signal } = new AbortController();
  const started = await Promise.all(
    Array.from({ length: 20 }, () => processes.spawn("sh", ["-c", "sleep 100 & wait"], { signal })),
  );
  for (const own of started) own.begin();
  const ends = await Promise.all(started.map((own) => processes.stop(own, { graceMs: 10_000 })));
  await Promise.all(started.map(({ exited }) => exited));
  expect(new Set(ends)).toEqual(new Set(["exited"]));
  expect(looks > 0).toBe(process.platform === "linux");
  expect(looks).toBeLessThan(started.length);
});
