import { agentId, type AgentId } from "../ids.ts";
import type { AgentRecord } from "../state/agent-state.ts";
import type { AgentIndex } from "./agent-index.ts";
import { statusWord, type StatusWord } from "./status.ts";

/** Every word that a worker may have in lists. Those that were removed are in none. */
export const STATUS_WORDS = [
  "pending",
  "queued",
  "running",
  "input_required",
  "idle",
  "completed",
  "failed",
  "cancelled",
  "timed_out",
  "lost",
  "closed",
] as const satisfies readonly Exclude<StatusWord, "removed">[];

/** Which workers a list is of. All given conditions must hold. */
export interface AgentListQuery {
  readonly owner?: string | undefined;
  /** One of these words. */
  readonly status?: readonly StatusWord[] | undefined;
  readonly parent?: AgentId | undefined;
  readonly definition?: string | undefined;
  readonly batch?: string | undefined;
  /** Also those that were dismissed. */
  readonly dismissed?: boolean | undefined;
  /** Without those that were closed before, in epoch milliseconds. */
  readonly closedSince?: number | undefined;
  /** Only those that whoever asks may see; default: all. */
  readonly sees?: ((record: AgentRecord) => boolean) | undefined;
}

/** How much of a list is wanted. */
export interface AgentPage {
  readonly limit: number;
  /** Where the page before ended; absent: from the newest. */
  readonly after?: ListPlace | undefined;
}

/** A page of a list, newest first. */
export interface AgentListing {
  readonly items: readonly AgentRecord[];
  /** Where the next page begins; null where there is none. */
  readonly next: ListPlace | null;
  /** How many there are on all pages. */
  readonly total: number;
}

/** The last one that was shown. Who is spawned later stands before it, so that nothing shifts. */
interface ListPlace {
  readonly spawnedAt: number;
  /** In its batch; 0 for one that has none. */
  readonly index: number;
  readonly id: AgentId;
}

/** The workers that fit, newest first. Looks at those that the narrowest condition leaves. */
export function agentList(
  index: AgentIndex,
  query: AgentListQuery,
  { limit, after }: AgentPage,
): AgentListing {
  const fitting: AgentRecord[] = [];
  for (const record of candidates(index, query)) if (fits(record, query)) fitting.push(record);
  fitting.sort((a, b) => b.spawnedAt - a.spawnedAt || newestFirst(placeOf(a), placeOf(b)));
  const start = after === undefined ? 0 : firstBehind(fitting, after);
  const items = fitting.slice(start, start + limit);
  const last = items.at(-1);
  const next = last === undefined || start + limit >= fitting.length ? null : last;
  return { items, next: next === null ? null : placeOf(next), total: fitting.length };
}

/** A place as an opaque text, and back; undefined for what is none. */
export const listCursor = {
  write: ({ spawnedAt, index, id }: ListPlace): string => encode(`${spawnedAt} ${index} ${id}`),
  read(text: string): ListPlace | undefined {
    const found = /^(-?[\d.]{1,24}) (\d{1,9}) (.{1,200})$/u.exec(decode(text) ?? "");
    const [, spawnedAt, index, id] = found ?? [];
    return spawnedAt === undefined || id === undefined
      ? undefined
      : { spawnedAt: Number(spawnedAt), index: Number(index), id: agentId(id) };
  },
};

function* candidates(index: AgentIndex, { parent, batch }: AgentListQuery): Generator<AgentRecord> {
  const ids =
    batch !== undefined ? index.batch(batch) : parent !== undefined ? index.childrenOf(parent) : null;
  if (ids === null) yield* index.all();
  for (const id of ids ?? []) {
    const record = index.get(id);
    if (record !== undefined) yield record;
  }
}

function fits(record: AgentRecord, query: AgentListQuery): boolean {
  const { owner, status, parent, definition, batch, dismissed = false, closedSince, sees } = query;
  if (record.kind !== "worker" || record.removed === true) return false;
  if (parent !== undefined && record.parentId !== parent) return false;
  if (batch !== undefined && record.batch?.id !== batch) return false;
  if (definition !== undefined && record.definitionId !== definition) return false;
  if (owner !== undefined && record.owner !== owner) return false;
  if (!dismissed && record.dismissed === true) return false;
  if (closedSince !== undefined && record.closedAt !== null && record.closedAt < closedSince) return false;
  if (status !== undefined && !status.includes(statusWord(record))) return false;
  return sees === undefined || sees(record);
}

/** Those of one instant follow their batch and then their ids, so that the order is the same whoever asks and whenever. */
function newestFirst(a: ListPlace, b: ListPlace): number {
  return b.spawnedAt - a.spawnedAt || b.index - a.index || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function firstBehind(sorted: readonly AgentRecord[], place: ListPlace): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle];
    if (at !== undefined && newestFirst(placeOf(at), place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf({ spawnedAt, batch, id }: AgentRecord): ListPlace {
  return { spawnedAt, index: batch?.index ?? 0, id };
}

/** Letters and digits that nobody takes for anything else, and that a command line and a URL take as they are. */
function encode(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function decode(text: string): string | undefined {
  if (!/^(?:[0-9a-f]{2}){1,800}$/u.test(text)) return undefined;
  const bytes = (text.match(/../gu) ?? []).map((pair) => Number.parseInt(pair, 16));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return undefined;
  }
}
