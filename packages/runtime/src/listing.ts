import {
  ColonyError,
  STATUS_WORDS,
  agentId,
  agentList,
  listCursor,
  requireOptions,
  shownValue,
  type AgentIndex,
  type AgentRecord,
  type OptionTable,
  type StatusWord,
} from "@colony/core";
import { z } from "zod";

/** Which workers are listed, and how many of them at a time. All given conditions must hold. */
export interface ListOptions {
  /** Whose they are. */
  readonly owner?: string;
  /** One of these words. */
  readonly status?: StatusWord | readonly StatusWord[];
  /** Those that this agent has spawned, by id or name. */
  readonly parent?: string;
  readonly definition?: string;
  /** Those that were spawned together, by the batch's id. */
  readonly batch?: string;
  /** `shown`: also those that were dismissed. Default `hidden`. */
  readonly dismissed?: "hidden" | "shown";
  /** `shown`: also those that were closed longer ago than `limits.retentionMs`. Default `hidden`. */
  readonly past?: "hidden" | "shown";
  /** 1 to 1,000; default 50. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

/** A page of workers, newest first. */
export interface WorkerList {
  readonly items: readonly AgentRecord[];
  /** The cursor of the next page; null where this is the last one. */
  readonly next: string | null;
  /** How many there are on all pages. */
  readonly total: number;
}

/** How long those that are closed stay in lists that are not asked for everything, where nobody says otherwise. */
export const DEFAULT_RETENTION_MS = 86_400_000;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

const Word = z.enum(STATUS_WORDS);
const words = STATUS_WORDS.map((word) => `"${word}"`).join(", ");
const Visibility = z.enum(["hidden", "shown"]);
const text = z.string();

const LIST: OptionTable = {
  owner: { fits: text, give: "whose workers are meant, as a text" },
  status: { fits: z.union([Word, z.array(Word).min(1)]), give: `one of ${words}, or a list of them` },
  parent: { fits: text, give: "the id or the name of an agent" },
  definition: { fits: text, give: "the name of a worker definition" },
  batch: { fits: text, give: "the id of a batch" },
  dismissed: { fits: Visibility, give: '"hidden" or "shown"' },
  past: { fits: Visibility, give: '"hidden" or "shown"' },
  limit: { fits: z.int().min(1).max(MAX_LIMIT), give: `a whole number from 1 to ${MAX_LIMIT}` },
  cursor: { fits: text, give: "what the list before gave as next" },
};

/** Holds what a list is asked with; `more`: what else may be given where it is asked for. Throws `usage.invalid`. */
export function requireList(options: unknown, more: OptionTable = {}): void {
  requireOptions(
    options,
    { ...LIST, ...more },
    {
      code: "usage.invalid",
      whole: "the options of list are no object; leave them out, or give one",
      of: "list",
    },
  );
}

/** The workers that are asked for. Throws `usage.invalid`. */
export function listWorkers(
  {
    index,
    now,
    retentionMs,
    sees,
  }: {
    readonly index: AgentIndex;
    readonly now: number;
    readonly retentionMs: number;
    /** Which of them are there for whoever asks; default: all. */
    readonly sees?: (record: AgentRecord) => boolean;
  },
  options: ListOptions = {},
): WorkerList {
  requireList(options);
  const { status, parent, dismissed, past, limit = DEFAULT_LIMIT, cursor, ...same } = options;
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const { items, next, total } = agentList(
    index,
    {
      ...same,
      sees,
      status: typeof status === "string" ? [status] : status,
      parent: parent === undefined ? undefined : (index.find(parent)?.id ?? agentId(parent)),
      dismissed: dismissed === "shown",
      closedSince: past === "shown" ? undefined : now - retentionMs,
    },
    { limit, after },
  );
  return { items, next: next === null ? null : listCursor.write(next), total };
}

function placeOf(cursor: string): NonNullable<ReturnType<typeof listCursor.read>> {
  const place = listCursor.read(cursor);
  if (place !== undefined) return place;
  throw new ColonyError(
    "usage.invalid",
    `the cursor ${shownValue(cursor)} is none that a list has given; leave it out to begin with the newest`,
  );
}
