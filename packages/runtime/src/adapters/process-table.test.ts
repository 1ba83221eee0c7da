import { expect, it } from "vitest";
import { PROC, ProcessTable, type ProcessFiles } from "./process-table.ts";

/** Field 22 is when it started, field 9 its flags. */
const statOf = (pid: number, group: number, { state = "S", start = 1, flags = 0 } = {}): string =>
  `${pid} (a (b) c) ${state} 1 ${group} ${group} 0 -1 ${flags} ${"0 ".repeat(12)}${start} 0 0`;

/** A machine of so many processes, which counts what is read of it. */
function machine(count: number) {
  const reads = { pids: 0, stat: 0, environ: 0 };
  const stats = new Map<number, string>();
  for (let pid = 1; pid <= count; pid += 1) stats.set(pid, statOf(pid, pid % 10));
  const files: ProcessFiles = {
    pids() {
      reads.pids += 1;
      return [...stats.keys()];
    },
    stat(pid) {
      reads.stat += 1;
      return stats.get(pid) ?? "";
    },
    environ(pid) {
      reads.environ += 1;
      return `A=1\0COLONY_PROCESS=mark-${pid % 3}\0B=COLONY_PROCESS=no\0`;
    },
  };
  return { stats, reads, table: new ProcessTable(files) };
}

it("all who ask at once share one look, and those who ask during it the next", async () => {
  const { reads, table } = machine(200);
  const first = Array.from({ length: 100 }, () => table.look());
  while (reads.pids === 0) await new Promise(setImmediate);
  const second = Array.from({ length: 100 }, () => table.look());
  expect(new Set([...first, ...second]).size).toBe(2);
  await Promise.all([...first, ...second]);
  expect(reads).toEqual({ pids: 2, stat: 400, environ: 200 });
  await table.look();
  expect(reads).toEqual({ pids: 3, stat: 600, environ: 200 });
});

it("a look at thousands lets others have their turn in between", async () => {
  const { reads, table } = machine(5_000);
  const atTurns: number[] = [0];
  const looking = table.look();
  while (reads.stat < 5_000) {
    await new Promise(setImmediate);
    atTurns.push(reads.stat);
  }
  await looking;
  const most = Math.max(...atTurns.map((at, turn) => at - (atTurns[turn - 1] ?? 0)));
  expect(reads.stat).toBe(5_000);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(100);
});

it("finds what lives by group and by mark, and passes over what has ended", async () => {
  const { stats, table } = machine(20);
  stats.set(4, statOf(4, 4, { state: "Z" }));
  stats.set(14, statOf(14, 4, { flags: 0x0020_0000 }));
  stats.set(7, "");
  const { byGroup, byMark } = await table.look();
  expect(byGroup.get(4)).toMatchObject([{ pid: 14, group: 4, start: "1", marks: [] }]);
  expect(byMark.get("mark-1")?.map(({ pid }) => pid)).toEqual([1, 10, 13, 16, 19]);
  expect([...byMark.keys()].toSorted()).toEqual(["mark-0", "mark-1", "mark-2"]);
});

it("tells a process from a later one with its pid, whose environment is read anew", async () => {
  const { stats, reads, table } = machine(3);
  const [first] = (await table.look()).byGroup.get(1) ?? [];
  if (first === undefined) throw new Error("nothing was found");
  expect(table.lives(first)).toBe(true);
  stats.set(1, statOf(1, 1, { start: 2 }));
  expect(table.lives(first)).toBe(false);
  await table.look();
  expect(reads.environ).toBe(4);
});

it("reads of a real machine what it says of this very process", async () => {
  if (process.platform !== "linux") return;
  const { byGroup } = await new ProcessTable(PROC).look();
  const own = [...byGroup.values()].flat().find(({ pid }) => pid === process.pid);
  expect(own?.start).toMatch(/^\d+$/);
});
