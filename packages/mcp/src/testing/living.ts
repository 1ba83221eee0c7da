import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Pids of everything that runs and carries this text in its environment. */
export function living(mark: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      if (!/^\d+$/.test(name) || !readFileSync(`/proc/${name}/environ`, "utf8").includes(mark)) return [];
      return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${name}/stat`, "utf8")) ? [] : [Number(name)];
    } catch {
      return [];
    }
  });
}

/** Waits until it is so. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`${what} has not come to be`);
}
