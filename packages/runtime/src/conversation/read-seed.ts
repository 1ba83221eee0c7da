import { resolve } from "node:path";
import { ColonyError, mendConversation, type Message, type SeedProblem } from "@colony/core";
import { findSeed } from "./find-seed.ts";
import { requireReading } from "./given.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readParts } from "./read-parts.ts";

/** A conversation from disk, ready to seed an agent with. */
export interface Seed {
  /** The folder of parts or the file that it was read from, as an absolute path. */
  readonly source: string;
  /** Never empty, and such that a provider accepts it. */
  readonly messages: readonly Message[];
  /** What was left out or mended, and why. */
  readonly problems: readonly SeedProblem[];
}

const REASONS_SHOWN = 3;

/**
 * Reads a conversation that somebody has on disk and never writes there. The path may be a session folder with
 * `conversations/parts/`, a `conversations` folder, a folder of part files, or a JSONL file whose lines are messages
 * in our own shape or in that of OpenAI and Hive. Throws `seed.unreadable` where nothing of that is there, and
 * `seed.empty` where no message could be used; rejects with the signal's reason when aborted.
 */
export async function readSeed(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seed> {
  requireReading(path, options);
  options.signal?.throwIfAborted();
  const place = await findSeed(resolve(path));
  const source = place.kind === "parts" ? place.folder : place.file;
  const read = await (place.kind === "parts"
    ? readParts(place.folder, options.signal)
    : readJsonl(place.file, options.signal));
  const mended = mendConversation(read.items);
  const problems = [...read.problems, ...mended.problems];
  if (mended.messages.length === 0) throw empty(source, problems);
  return { source, messages: mended.messages, problems };
}

function empty(source: string, problems: readonly SeedProblem[]): ColonyError {
  const shown = problems.slice(0, REASONS_SHOWN).map(({ where, reason }) => `${where} ${reason}`);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
  const why = shown.length === 0 ? "it holds nothing" : [...shown, ...more].join("; ");
  return new ColonyError("seed.empty", `no message of "${source}" can be used: ${why}`, {
    details: { source, problems: problems.length },
  });
}
