import {
  isEnded,
  type AgentId,
  type AgentKind,
  type AgentRecord,
  type ColonyEvent,
  type ExecutionId,
  type MilestoneSummary,
  type Phase,
  type Usage,
} from "@colony/core";
import { SafeObservable, levelOf, type EventBus, type Ledger } from "@colony/eventbus";

/** An agent that has something under way, as it stands. */
export interface RunningAgent {
  readonly id: AgentId;
  readonly kind: AgentKind;
  readonly name: string | null;
  readonly label: string | null;
  readonly definitionId: string;
  readonly parentId: AgentId | null;
  readonly depth: number;
  /** Whose it is; absent where nobody was named. */
  readonly owner?: string;
  readonly executionId: ExecutionId;
  /** Waiting for a place, at work, or waiting for others with nothing running. */
  readonly status: "queued" | "running" | "input_required";
  readonly phase: Phase;
  /** The tool or model that is being waited for. */
  readonly doing: string | null;
  /** Epoch ms since when it has been at work; where it is still queued, since when it has waited. */
  readonly since: number;
  readonly attempt: number;
  readonly turns: number;
  readonly toolCalls: number;
  /** Of this execution so far. */
  readonly usage: Usage;
  /** It has been called off and has not ended yet. */
  readonly cancelling: boolean;
  /** The newest thing that a tool of its said to have come to; absent: none. */
  readonly milestone?: MilestoneSummary;
}

/** All that is under way at one moment. */
export interface RunningSnapshot {
  /** Seq up to which the log had come when it last changed, or was first looked at. */
  readonly seq: number;
  /** Those that have been at it longest first. */
  readonly agents: readonly RunningAgent[];
}

interface RunningDeps {
  readonly bus: EventBus;
  readonly ledger: Pick<Ledger, "index">;
  readonly onError: (error: unknown) => void;
}

/** What is under way. Followed event by event while somebody listens, and looked up where nobody does. */
export class Running {
  readonly level$: SafeObservable<RunningSnapshot>;
  readonly #deps: RunningDeps;
  readonly #active = new Map<AgentId, RunningAgent>();
  readonly #changed = new Set<AgentId>();
  #listeners = 0;
  #last: RunningSnapshot | undefined;

  constructor(deps: RunningDeps) {
    this.#deps = deps;
    const { onError } = deps;
    this.level$ = levelOf({ changes$: this.#changes(), read: () => this.now(), onError });
  }

  /** As it stands. The same object as before where nothing has changed and somebody listens. */
  now(): RunningSnapshot {
    if (this.#listeners === 0 || this.#last === undefined) return this.#look();
    let isAnother = false;
    for (const id of this.#changed) isAnother = this.#update(id) || isAnother;
    this.#changed.clear();
    return isAnother ? this.#snapshot() : this.#last;
  }

  /** Every event passes by here while somebody listens, and what it may have changed is noted. */
  #changes(): SafeObservable<ColonyEvent> {
    const { bus, onError } = this.#deps;
    const events$ = bus.events$();
    return new SafeObservable<ColonyEvent>({
      onError,
      subscribe: (told) => {
        this.#listeners += 1;
        const subscription = events$.subscribe({
          next: (event) => {
            this.#changed.add(event.agentId);
            told.next(event);
          },
          complete: () => told.complete(),
        });
        return () => {
          subscription.unsubscribe();
          this.#listeners -= 1;
          if (this.#listeners === 0) this.#forget();
        };
      },
      iterate: () => events$[Symbol.asyncIterator](),
    });
  }

  #look(): RunningSnapshot {
    this.#forget();
    for (const id of this.#deps.ledger.index.open()) this.#update(id);
    return this.#snapshot();
  }

  #forget(): void {
    this.#active.clear();
    this.#changed.clear();
    this.#last = undefined;
  }

  #snapshot(): RunningSnapshot {
    const agents = Array.from(this.#active.values()).toSorted((a, b) => a.since - b.since);
    this.#last = { seq: this.#deps.bus.stats().head, agents };
    return this.#last;
  }

  /** Takes in how an agent stands now; whether that is another way than before. */
  #update(id: AgentId): boolean {
    const record = this.#deps.ledger.index.get(id);
    const now = record === undefined ? undefined : runningAgent(record);
    const before = this.#active.get(id);
    if (now === undefined) return this.#active.delete(id);
    if (before !== undefined && isSame(before, now)) return false;
    this.#active.set(id, now);
    return true;
  }
}

/** An agent as far as it has something under way; undefined where it has nothing. */
function runningAgent(record: AgentRecord): RunningAgent | undefined {
  const { execution, owner, milestone } = record;
  if (execution === null || isEnded(execution.status)) return undefined;
  const { id, kind, name, label, definitionId, parentId, depth } = record;
  const { status, phase, doing, attempt, turns, toolCalls, usage, cancelling } = execution;
  return {
    id,
    kind,
    name,
    label,
    definitionId,
    parentId,
    depth,
    ...(owner === undefined ? {} : { owner }),
    executionId: execution.id,
    status,
    phase,
    doing,
    since: execution.startedAt ?? execution.queuedAt,
    attempt,
    turns,
    toolCalls,
    usage,
    cancelling,
    ...(milestone === undefined ? {} : { milestone }),
  };
}

/** What it is made of is replaced where it changes. */
function isSame(a: RunningAgent, b: RunningAgent): boolean {
  const names = Object.keys(b) as (keyof RunningAgent)[];
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}
