import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

interface Measured {
  readonly before: object;
  readonly after: object;
  readonly digs: number;
  readonly agents: number;
  readonly events: number;
  readonly beyond: number;
  readonly listeners: number;
}

/** What an index needs to find one more record. A pinned state, promise chain or signal is several times that. */
const INDEX_BYTES = 400;

it(
  "ten thousand executions, beside ten subscribers who do not read, leave nothing but their log and records",
  { timeout: 180_000 },
  () => {
    const told = execFileSync(
      process.execPath,
      ["--expose-gc", new URL("../testing/leak-run.ts", import.meta.url).pathname, "2000", "10000"],
      { encoding: "utf8" },
    );
    const [few, many] = JSON.parse(told) as readonly Measured[];
    if (few === undefined || many === undefined) throw new Error(`nothing was measured: ${told}`);
    expect(few).toMatchObject({ digs: 2_000, agents: 2_001 });
    expect(many).toMatchObject({ digs: 10_000, agents: 10_001 });
    for (const { before, after, listeners } of [few, many]) {
      expect(after).toEqual({ ...before, waitingFeeds: 0 });
      expect(listeners).toBe(0);
    }
    expect(many.beyond - few.beyond).toBeLessThan((many.agents - few.agents) * INDEX_BYTES);
  },
);
