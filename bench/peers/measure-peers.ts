import { basename } from "node:path";
import { z } from "zod";
import { buildPrograms, type BuiltPrograms } from "../measure/built-programs.ts";
import { runChild } from "../measure/child.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import type { Size } from "../measure/line.ts";
import { openChatServer } from "../measure/server.ts";
import { install } from "./install.ts";
import { OURS, PEERS, type Peer } from "./peers.ts";

/** What is measured of everybody. */
export const FIGURES = ["cpu", "heap", "crowd", "http", "start"] as const;

export type Figure = (typeof FIGURES)[number];

/** What came of one of them. */
export interface Measured {
  readonly peer: Peer;
  /** By round. */
  readonly figures: Readonly<Record<Figure, readonly number[]>>;
  /** Why figures are missing. */
  readonly problem: string | undefined;
}

/** One of them while it is measured. */
interface Candidate {
  readonly peer: Peer;
  readonly program: string;
  readonly figures: Record<Figure, number[]>;
  problem: string | undefined;
}

/** How much is measured, and of whom. */
interface Asked extends Size {
  /** Parts of peers' names, in small letters; none means everybody. */
  readonly names: readonly string[];
}

const Printed = z.partialRecord(z.enum(FIGURES), z.number());
const QUIETLY = { noise: "kept", timeoutMs: 120_000 } as const;

/** How much is done in one round. */
interface Amount {
  readonly executions: number;
  readonly calls: number;
}

/**
 * Measures Colony and its peers by turns, each time in a process of its own. One that cannot be installed or fails is
 * left out from there on and says why; the others go on.
 */
export async function measurePeers(
  { quick, rounds, names }: Asked,
  say: (text: string) => void,
): Promise<readonly Measured[]> {
  const chosen = PEERS.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.toLowerCase().includes(part)),
  );
  const candidates: Candidate[] = [];
  const everybody: readonly Peer[] = [OURS.nothing, OURS.disk, ...chosen];
  // Ours too as they are installed, and not as sources.
  const own = everybody.flatMap(({ packages, program }) => (packages === undefined ? [program] : []));
  await using built = await buildPrograms("peers/programs", [...new Set(own)].map(nameOf));
  for (const peer of everybody) candidates.push(await candidateOf(peer, built, say));
  const amount: Amount = quick ? { executions: 50, calls: 40 } : { executions: 1_000, calls: 500 };
  await using server = await openChatServer();
  for (let round = 0; round <= rounds; round += 1) {
    // The first start compiles what later ones find compiled: it is not counted.
    for (const candidate of candidates) await measureStart(candidate, round > 0);
    if (round === 0) continue;
    for (const measure of ["work", "waiting", "http"] as const)
      for (const candidate of candidates)
        await measureOne(candidate, measure, { amount, baseUrl: server.url });
    say(`round ${round} of ${rounds} measured`);
  }
  return candidates;
}

async function candidateOf(
  peer: Peer,
  built: BuiltPrograms,
  say: (text: string) => void,
): Promise<Candidate> {
  const { packages } = peer;
  const installed =
    packages === undefined
      ? { program: built.pathOf(nameOf(peer.program)) }
      : await install(peer, packages, say);
  const [program, problem] =
    "problem" in installed ? ["", installed.problem] : [installed.program, undefined];
  if (problem !== undefined) say(`${peer.name}: ${problem}`);
  return { peer, program, problem, figures: { cpu: [], heap: [], crowd: [], http: [], start: [] } };
}

function nameOf(program: string): string {
  return basename(program, ".ts");
}

async function measureStart(candidate: Candidate, isCounted: boolean): Promise<void> {
  const { peer, program, figures } = candidate;
  if (peer.does === "calls") return;
  await guard(candidate, async (dir) => {
    const args = dir === undefined ? [program] : [program, dir];
    const { wallMs } = await runChild("ready-program", args, QUIETLY);
    if (isCounted) figures.start.push(wallMs);
  });
}

async function measureOne(
  candidate: Candidate,
  measure: "work" | "waiting" | "http",
  { amount, baseUrl }: { readonly amount: Amount; readonly baseUrl: string },
): Promise<void> {
  const { peer, program, figures } = candidate;
  if (peer.does === "calls" && measure !== "http") return;
  const count = measure === "http" ? amount.calls : amount.executions;
  await guard(candidate, async (dir) => {
    const asked = { program, measure, count, dir, variant: peer.variant, baseUrl };
    const { line } = await runChild("peer", [JSON.stringify(asked)], QUIETLY);
    for (const [figure, number] of Object.entries(Printed.parse(JSON.parse(line))))
      figures[figure as Figure].push(number);
  });
}

/** Gives it a folder if it keeps anything. What goes wrong with one of them is said of that one. */
async function guard(candidate: Candidate, measure: (dir?: string) => Promise<void>): Promise<void> {
  if (candidate.problem !== undefined) return;
  try {
    await using folder = candidate.peer.keeps === "disk" ? await openTemporaryFolder() : undefined;
    await measure(folder?.path);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    candidate.problem = /\w*Error: .*/.exec(said)?.[0] ?? said.split("\n")[0];
  }
}
