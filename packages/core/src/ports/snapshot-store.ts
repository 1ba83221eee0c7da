import type { JsonValue } from "../json.ts";
import type { AgentId } from "../ids.ts";

/** What an agent's events had come to at a place in the log. */
export interface Snapshot {
  readonly agentId: AgentId;
  /** Version of the agent's stream that is folded in. */
  readonly version: number;
  /** Seq up to which everything that concerns the agent is folded in. */
  readonly seq: number;
  /** Open agents are loaded when a colony opens, the others when somebody asks. */
  readonly open: boolean;
  /** Written by one release and read by the same; anything else is ignored and folded again from the events. */
  readonly format: string;
  readonly state: JsonValue;
}

/** A shortcut over the log, never the truth: it may be thrown away at any time. */
export interface SnapshotStore {
  /** All of them in one commit, together with the seq that they are complete up to. */
  save(snapshots: readonly Snapshot[], completeTo: number): Promise<void>;
  /** Seq up to which the newest save was complete; 0 when there is none. */
  completeTo(): Promise<number>;
  /** Snapshots of open agents, and of ended ones too where asked for. */
  list(which: "open" | "all"): Promise<readonly Snapshot[]>;
  /** Shows each of them in turn and holds on to none, since there may be many. What `see` throws ends it. */
  visit(which: "open" | "all", see: (snapshot: Snapshot) => void): Promise<void>;
  get(agentId: AgentId): Promise<Snapshot | undefined>;
  /** Forget everything. */
  clear(): Promise<void>;
}
