import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentId } from "@colony/core";
import { expect, it } from "vitest";
import { checksumOf, nameSumOf } from "./event-checksum.ts";
import type { PlainCells, RareCells } from "./event-row.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const names = { sumOf: (no: number): number => nameSumOf(`name ${no}`) };

const PLAIN: PlainCells = [7, 1, 3, 3, 1_750_000_000_000, 1, 2, 4, '{"text":"hello"}'];
const RARE: RareCells = ["overseer.1", 2, "w-2@9", 2, null];

/** What a cell may turn into: another value of its type, or none where there may be none. */
function changesOf(cell: string | number | null): readonly (string | number | null)[] {
  if (typeof cell === "number")
    return [cell + 1, cell ^ 0x40, -cell, 0, null].filter((each) => each !== cell);
  return typeof cell === "string" ? [`${cell} `, cell.slice(1), null] : [1, "x"];
}

it("whichever cell of a row changes, its checksum does", () => {
  const sums = new Set([checksumOf(PLAIN, RARE, names)]);
  let changes = 0;
  const check = (plain: readonly unknown[], rare: readonly unknown[]): void => {
    sums.add(checksumOf(plain as unknown as PlainCells, rare as unknown as RareCells, names));
    changes += 1;
  };
  for (const [place, cell] of PLAIN.entries())
    for (const change of changesOf(cell))
      if (change !== null || place > 5) check(PLAIN.with(place, change), RARE);
  for (const place of [0, 1, 2, 3])
    for (const change of changesOf(RARE[place] ?? null)) check(PLAIN, RARE.with(place, change));
  check(PLAIN, RARE.with(4, "0".repeat(64)));
  expect(changes).toBeGreaterThan(35);
  expect(sums.size).toBe(changes + 1);
});

it("a time a millisecond or less apart is another one", () => {
  const at = (ms: number): number => checksumOf(PLAIN.with(4, ms) as unknown as PlainCells, RARE, names);
  const times = [0, 1, 0.5, 1_750_000_000_000, 1_750_000_000_000.25, 1_750_000_000_001, 4_294_967_296, -1];
  expect(new Set(times.map(at)).size).toBe(times.length);
});

it("a row is read again whatever its time is", async () => {
  const dir = await mkdtemp(join(tmpdir(), "colony-checksum-"));
  const times = [0, -0, 1e-7, 0.1, -3.5, 1_750_000_000_000.25, 2 ** 53, 1e300];
  const store = await openSqliteStore({ dir, access: "owner" });
  const events = [{ type: "AGENT_OPENED" as const, data: {} }];
  await Promise.all(
    times.map((at, expectedVersion) =>
      store.log.append({ agentId: agentId("w-1"), expectedVersion, events, at }),
    ),
  );
  await store.close();
  await using reader = await openSqliteStore({ dir, access: "reader" });
  expect((await reader.log.read({})).map(({ at }) => at + 0)).toEqual(times.map((at) => at + 0));
  await reader.close();
  await rm(dir, { recursive: true });
});
