import {
  ColonyError,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type ColonyId,
  type ColonyState,
  type EventQuery,
  type Message,
  type PendingRequest,
  type Report,
  type SnapshotStore,
} from "@colony/core";
import { EventBus, Ledger, type Feed, type FeedFrom } from "@colony/eventbus";
import { liveOwnerOf, openSqliteStore, type FolderOwner, type SqliteStore } from "@colony/storage-sqlite";
import { createSystemClock } from "./adapters/system-clock.ts";
import { budgetOf, type ColonyBudget } from "./budget.ts";
import {
  requireAddress,
  requireAgentId,
  requireCall,
  requireFolder,
  requireIdOrName,
  SPAN,
} from "./call-options.ts";
import { sentPrompt, type SentPrompt } from "./prompts/sent-prompt.ts";
import { keptConversation } from "./kept-conversation.ts";
import {
  DEFAULT_RETENTION_MS,
  listWorkers,
  requireList,
  type ListOptions,
  type WorkerList,
} from "./listing.ts";
import { newestReport } from "./reports.ts";
import { allPending } from "./requests/requests.ts";
import { weighHistories, type PruneOptions, type PruneSize } from "./retention-pruning.ts";
import { unknownAgent } from "./unknown-agent.ts";

/**
 * A colony folder that is looked at: beside a live owner, or without one. Takes no lock and writes nothing. What reads
 * throws `usage.invalid`, `agent.not_found` for an id that nobody has, and `colony.closed` once the reader is.
 */
export interface ColonyReader extends AsyncDisposable {
  readonly id: ColonyId;
  readonly dir: string;
  /** What is known of the colony as a whole; `host` is who opened it last and has not closed it. */
  readonly state: ColonyState;
  agents(): readonly AgentRecord[];
  /** Workers, newest first, a page at a time, as `Colony.list` has them; `retentionMs` is its limit of that name. */
  list(options?: ListOptions & { readonly retentionMs?: number }): WorkerList;
  /** What pruning would remove now; default: of workers that have been closed for 24 h. */
  prunable(options?: PruneOptions): Promise<PruneSize>;
  /** Everything that waits for a person, oldest first. */
  pending(): readonly PendingRequest[];
  /** By id, name, or unique start of an id. */
  find(idOrName: string): AgentRecord | undefined;
  agent(id: AgentId): Promise<AgentState>;
  conversation(id: AgentId): Promise<readonly Message[]>;
  report(id: AgentId): Promise<Report | undefined>;
  /** A model call as it was sent; default: the agent's newest. Throws `model_call.not_found`. */
  prompt(id: AgentId, options?: { readonly call?: number }): Promise<SentPrompt>;
  feed(options?: FeedFrom & { readonly query?: EventQuery }): Feed;
  head(): number;
  /** A large body by its hash. Throws `blob.missing` where it is not there, or damaged. */
  blob(sha256: string): Promise<string>;
  /** What the colony may spend in all, and has spent. */
  budget(): ColonyBudget;
  /** What could not be read so far, each place once, and was passed over: agents are shown without it. */
  damages(): readonly string[];
  /** The live process that owns the folder now; undefined where nobody does. */
  owner(): FolderOwner | undefined;
  close(): Promise<void>;
}

/**
 * Opens a colony folder to look at it, as far as it can be read. Throws `colony.not_found`, `colony.folder_invalid`,
 * `log.corrupt` where nothing can be read, and `log.incomplete` where nothing is left.
 */
export async function openColonyReader(options: { readonly dir: string }): Promise<ColonyReader> {
  requireFolder(options);
  const { dir } = options;
  const damages = new Set<string>();
  const onDamage = ({ message }: ColonyError): void => void damages.add(message);
  const store = await openSqliteStore({ dir, access: "reader", onDamage });
  try {
    return (await lookInto(store, dir, damages)).reader;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A reader, and what it stands on. */
export interface Looking {
  readonly reader: ColonyReader;
  readonly ledger: Ledger;
  readonly bus: EventBus;
}

/** Looks at the colony of a store, which may find damages while it is read. Closing the reader closes the store. */
export async function lookInto(
  store: Omit<SqliteStore, typeof Symbol.asyncDispose>,
  dir: string,
  damages: ReadonlySet<string> = new Set(),
): Promise<Looking> {
  const clock = createSystemClock();
  const { log } = store;
  const ledger = await Ledger.open({ log, snapshots: readOnly(store.snapshots), clock, gaps: "allowed" });
  const bus = new EventBus({ log, clock, parentOf: (id) => ledger.index.get(id)?.parentId ?? undefined });
  let isClosed = false;
  const mustBeOpen = (): void => {
    if (isClosed)
      throw new ColonyError("colony.closed", "this reader has been closed; open it again to go on");
  };
  const load = async (id: AgentId): Promise<AgentState> => {
    mustBeOpen();
    requireAgentId(id);
    const state = await ledger.load(id);
    if (state === undefined) throw unknownAgent(id);
    return state;
  };
  const mustBeThere = (id: AgentId): void => {
    requireAgentId(id);
    if (ledger.index.get(id) === undefined) throw unknownAgent(id);
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await ledger.close();
    bus.close();
    await store.close();
  };
  const reader: ColonyReader = {
    id: log.colonyId,
    dir,
    get state() {
      return ledger.colony;
    },
    agents: () => [...ledger.index.all()],
    list(options = {}) {
      requireList(options, { retentionMs: SPAN });
      const { retentionMs = DEFAULT_RETENTION_MS, ...wanted } = options;
      return listWorkers({ index: ledger.index, now: clock.now(), retentionMs }, wanted);
    },
    async prunable(options = {}) {
      mustBeOpen();
      requireCall("prune", options);
      const { olderThanMs = DEFAULT_RETENTION_MS } = options;
      return await weighHistories({ ledger, log }, clock.now() - olderThanMs);
    },
    pending: () => allPending({ ledger }),
    find(idOrName) {
      requireIdOrName(idOrName);
      return ledger.index.find(idOrName);
    },
    agent: load,
    conversation: async (id) => keptConversation(await load(id)),
    async report(id) {
      mustBeOpen();
      mustBeThere(id);
      return (await newestReport({ log, ledger }, id))?.data;
    },
    async prompt(id, options = {}) {
      mustBeOpen();
      requireCall("prompt", options);
      mustBeThere(id);
      return await sentPrompt({ log, blobs: store.blobs }, id, options.call);
    },
    feed(options = {}) {
      mustBeOpen();
      requireCall("feed", options);
      return bus.feed(options);
    },
    head: () => log.head(),
    async blob(sha256) {
      mustBeOpen();
      requireAddress(sha256);
      return await store.blobs.get(sha256);
    },
    budget: () => budgetOf(ledger),
    damages: () => [...damages],
    owner: () => liveOwnerOf(dir),
    close,
    [Symbol.asyncDispose]: close,
  };
  return { reader, ledger, bus };
}

/** Checkpoints are the owner's to write. */
function readOnly(snapshots: SnapshotStore): SnapshotStore {
  return {
    completeTo: () => snapshots.completeTo(),
    list: (which) => snapshots.list(which),
    visit: (which, see) => snapshots.visit(which, see),
    get: (id) => snapshots.get(id),
    save: async () => undefined,
    clear: async () => undefined,
  };
}
