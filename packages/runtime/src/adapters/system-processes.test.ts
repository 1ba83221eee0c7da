import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesContract } from "@colony/testkit/contracts";
import { expect, it, vi } from "vitest";
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

/** What a host that is itself run by a tool does: it starts a program of its own, in a group of its own. */
const INNER = `
  import { createSystemClock } from ${JSON.stringify(new URL("system-clock.ts", import.meta.url).href)};
  import { createSystemProcesses } from ${JSON.stringify(new URL("system-processes.ts", import.meta.url).href)};
  const processes = createSystemProcesses({ clock: createSystemClock() });
  const { signal } = new AbortController();
  const own = await processes.spawn("sleep", ["120"], { signal });
  own.begin();
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(own.pid);
  setInterval(() => undefined, 1_000);
`;

it.runIf(process.platform === "linux")(
  "what a host within has started ends with that host, also where it has no time to end it itself",
  async () => {
    const processes = createSystemProcesses({ clock: createSystemClock() });
    const { signal } = new AbortController();
    const place = mkdtempSync(join(tmpdir(), "colony-within-"));
    const inner = `exec "$0" --input-type=module -e "$1" > "$2"`;
    const own = await processes.spawn("sh", ["-c", inner, process.execPath, INNER, join(place, "pid")], {
      signal,
    });
    own.begin();
    const pid = await vi.waitFor(() => {
      const said = Number(readFileSync(join(place, "pid"), "utf8"));
      expect(said).toBeGreaterThan(1);
      return said;
    }, 30_000);
    expect(PROC.stat(pid)).not.toBe("");
    await processes.stop(own, { graceMs: 1_000 });
    await own.exited;
    expect(PROC.stat(pid)).toMatch(/^$|\) Z /);
    rmSync(place, { recursive: true });
  },
);
