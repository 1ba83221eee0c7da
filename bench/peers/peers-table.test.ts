import { expect, test } from "vitest";
import type { Measured } from "./measure-peers.ts";
import { OURS, type Peer } from "./peers.ts";
import { peersTable } from "./peers-table.ts";

const NOTHING = { cpu: [], heap: [], crowd: [], http: [], start: [] };

function measured(peer: Peer, cpu: readonly number[], problem?: string): Measured {
  return { peer, figures: { ...NOTHING, cpu }, problem };
}

function cpuOf(name: string, table: string): string | undefined {
  const row = table.split("\n").find((line) => line.startsWith(`| ${name} `));
  return row?.split("|")[2]?.trim();
}

const ours = [measured(OURS.nothing, [90, 110, 100]), measured(OURS.disk, [200])];
const forgetful: Peer = { name: "A", program: "a.mjs", keeps: "nothing", does: "executions" };
const keeping: Peer = { name: "B", program: "b.mjs", keeps: "disk", does: "executions" };

test("a peer is compared with the Colony that keeps as much as it does, by medians", () => {
  const table = peersTable([...ours, measured(forgetful, [300, 50, 150]), measured(keeping, [500])]);
  expect(cpuOf(OURS.nothing.name, table)).toBe("100 us");
  expect(cpuOf("A", table)).toBe("150 us (1.5x)");
  expect(cpuOf("B", table)).toBe("500 us (2.5x)");
});

test("a peer that could not be measured stays in the table and says why", () => {
  const table = peersTable([...ours, measured(forgetful, [], "npm could not install it (E404)")]);
  expect(cpuOf("A", table)).toBe("-");
  expect(table).toContain("A could not be measured: npm could not install it (E404)");
});

test("where Colony has no figure a peer's stands alone", () => {
  expect(cpuOf("A", peersTable([measured(OURS.nothing, []), measured(forgetful, [150])]))).toBe("150 us");
});
