import type { AgentKind, AgentLimits, BatchPlace, Lifetime } from "../events/agent.ts";
import type { ExecutionCause, ExecutionEnd, Failure, WrapUpLimit } from "../events/execution.ts";
import type { InputKind, InputMode } from "../events/inbox.ts";
import type { ExplicitReportStatus, Report, ReportStatus } from "../events/report.ts";
import type { PromptProfile } from "../events/prompt-profile.ts";
import type {
  AgentId,
  CallId,
  ColonyId,
  CorrelationId,
  EventId,
  ExecutionId,
  InputId,
  ProcessId,
  TriggerId,
} from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { AssistantPart, FilePart, UserMessage } from "../messages/message.ts";
import type { Usage } from "../messages/usage.ts";
import type { ToolCallState } from "./tool-call-state.ts";

export type { ApprovalRequest, QuestionRequest, ToolCallState } from "./tool-call-state.ts";

/** Where an agent is in its life. Seeding is possible in `pending` only. */
export type AgentStatus = "pending" | "open" | "closed";

/** Where an execution is: waiting for a place, at work, waiting for others with nothing running, or ended in one of five ways. */
export type ExecutionStatus = "queued" | "running" | "input_required" | ExecutionEnd;

/** Finer progress inside `running`, and what `input_required` waits for. */
export type Phase =
  | "starting"
  | "thinking"
  | "awaiting_tools"
  | "tools_completed"
  | "retrying"
  | "awaiting_answers"
  | "awaiting_reports"
  | "finalizing";

/** What lists show of an agent. Small, kept for ended agents too. */
export interface AgentRecord {
  readonly id: AgentId;
  readonly colonyId: ColonyId;
  readonly kind: AgentKind;
  readonly lifetime: Lifetime;
  readonly status: AgentStatus;
  readonly parentId: AgentId | null;
  readonly depth: number;
  readonly definitionId: string;
  readonly name: string | null;
  readonly label: string | null;
  readonly task: string | null;
  readonly batch: BatchPlace | null;
  readonly priority: number;
  /** Tools that neither it nor what it spawns may have, besides what its definition says; absent: none. */
  readonly denied?: readonly string[];
  /** The only tools it may have of those that its definition gives it; absent: all of them. */
  readonly allowed?: readonly string[];
  /** How much it is told before its conversation; absent: what its definition says. */
  readonly profile?: PromptProfile;
  /** Whose it is; absent where nobody was named. */
  readonly owner?: string;
  /** A person is told elsewhere of each of its reports. */
  readonly notify?: true;
  /** Reports of which nobody has been told yet, oldest first; absent: none. */
  readonly notices?: readonly DueNotice[];
  /** What set this agent going. */
  readonly correlationId: CorrelationId | null;
  readonly seeded: boolean;
  readonly spawnedAt: number;
  readonly closedAt: number | null;
  readonly updatedAt: number;
  /** Events in the agent's own stream. */
  readonly version: number;
  /** Executions so far. */
  readonly executions: number;
  readonly pendingInputs: number;
  /** Processes of its tool calls whose end is not recorded. */
  readonly processes: number;
  /** Left out of lists that are not asked for everything. */
  readonly dismissed?: true;
  /** In no list any more; its name is free. Only closed agents are removed. */
  readonly removed?: true;
  /** When its conversation and its work stopped being kept, in epoch milliseconds; absent: they are kept. */
  readonly prunedAt?: number;
  /** The newest thing that a tool of its said to have come to; absent: none. */
  readonly milestone?: MilestoneSummary;
  /** Calls that wait for people; absent: none. */
  readonly requests?: number;
  /** Of all ended executions together. */
  readonly usage: Usage;
  readonly toolCalls: number;
  /** The newest execution, without what only its loop needs. */
  readonly execution: ExecutionSummary | null;
  readonly report: ReportSummary | null;
}

/** A report of which a person is to be told and has not been. */
export interface DueNotice {
  /** The report's event, and the notification's id. */
  readonly id: EventId;
  readonly correlationId?: CorrelationId;
  /** Tries that have failed. */
  readonly failures: number;
  /** Epoch ms before which it is not tried again. */
  readonly notBefore: number;
}

/** What lists show of an execution. */
export interface ExecutionSummary {
  readonly id: ExecutionId;
  readonly number: number;
  readonly status: ExecutionStatus;
  readonly phase: Phase;
  readonly attempt: number;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly cause: ExecutionCause | null;
  readonly cancelling: boolean;
  readonly turns: number;
  readonly toolCalls: number;
  readonly usage: Usage;
  readonly correlationId: CorrelationId | null;
  /** The tool or model that is being waited for. */
  readonly doing: string | null;
}

/** What lists show of a milestone. */
export interface MilestoneSummary {
  readonly text: string;
  readonly at: number;
}

/** What lists show of a report. */
export interface ReportSummary {
  readonly status: ReportStatus;
  readonly explicit: boolean;
  readonly summary: string;
}

/** Something in an agent's inbox that it has not been given yet. */
export interface PendingInput {
  readonly inputId: InputId;
  readonly kind: InputKind | "report" | "question";
  readonly mode: InputMode;
  readonly from: string;
  readonly text: string;
  readonly files: readonly FilePart[];
  readonly report: Report | null;
  /** On whose behalf it comes; of a report, whose worker it is. */
  readonly principal?: string;
  readonly correlationId: CorrelationId | null;
  readonly receivedAt: number;
}

/** An input that a trigger has sent. */
export interface FiredInput {
  readonly id: TriggerId;
  /** Version of the colony's stream at which the trigger was set. */
  readonly version: number;
  readonly dueAt: number;
  readonly late?: true | undefined;
  readonly inputId: InputId;
}

/** A model's answer together with the outcomes of the calls it asked for. */
export interface AssistantEntry {
  readonly role: "assistant";
  readonly parts: readonly AssistantPart[];
  readonly calls: readonly ToolCallState[];
  readonly meta?: JsonObject | undefined;
}

/** One place in a conversation. */
export type ConversationEntry = UserMessage | AssistantEntry;

/** What the worker said of itself so far. */
export interface RecordedReport {
  readonly status: ExplicitReportStatus;
  readonly summary: string;
  readonly data: JsonValue;
  readonly artifacts: readonly JsonObject[];
}

/** What the loop of the newest execution needs beyond its summary. */
export interface ExecutionState {
  readonly host: string | null;
  /** When the present attempt began, later by the time in which its host was held up. */
  readonly attemptStartedAt: number | null;
  /** Time at work in earlier attempts. */
  readonly earlierMs: number;
  /** When the execution last got anything done. */
  readonly lastStepAt: number;
  /** Its host let go of it in good order. */
  readonly paused: boolean;
  /** Hosts that died in the middle of a model call, or of tools, since one of that kind last came to its end. */
  readonly crashes: {
    readonly model: number;
    readonly tools: number;
    /** Which of the two the last one was in, where nobody else had anything under way: so it was this work and no other. */
    readonly alone?: "model" | "tools" | null;
    /** The tools that were called at each of the deaths in the middle of tools; absent: not known. */
    readonly of?: readonly string[];
  };
  /** How long the conversation was when it began. */
  readonly startsAt: number;
  /** Correlations of its task and of the inputs that it was given. */
  readonly serves: readonly CorrelationId[];
  /** On whose behalf it works: of the first of its inputs that says so. */
  readonly principal?: string;
  readonly modelCall: {
    readonly callId: CallId;
    readonly startedAt: number;
    readonly lost: boolean;
    /** Most tokens of the answer, where a budget has room for less than the model may answer otherwise. */
    readonly outputTokens?: number;
  } | null;
  /** The newest answer was cut off after so many tokens, because a budget had room for no more. */
  readonly cutAtTokens?: number | null;
  /** The newest answer was cut off where the model or its provider lets none be longer. */
  readonly cutShort?: boolean;
  readonly modelCalls: number;
  /** Which model of the chain is asked; 0 is the first. */
  readonly modelIndex: number;
  /** Model failures since the last answer. */
  readonly failures: number;
  readonly lastFailure: { readonly error: Failure; readonly retryable: boolean } | null;
  readonly retryNotBefore: number | null;
  readonly wrapUp: WrapUpLimit | null;
  /** Which budget it was, where it was one. */
  readonly wrapUpReason?: string | null;
  /** Turns that had been taken when it was asked to wrap up. */
  readonly wrapUpAtTurn: number;
  readonly cancel: {
    readonly cause: ExecutionCause;
    readonly by: string;
    readonly reason: string | null;
    /** Its end closes the agent. */
    readonly close?: true | undefined;
    readonly keepsInbox?: true | undefined;
  } | null;
  readonly report: RecordedReport | null;
  /** Turns that had been taken when the report was recorded. */
  readonly reportedAtTurn: number | null;
  readonly output: string | null;
  readonly error: Failure | null;
  /** Milestones so far, and by call (`c:` before its id) the ordinal of the newest; absent: none. */
  readonly milestones?: {
    readonly count: number;
    readonly calls: { readonly [call: string]: number };
  };
}

/** A process whose end is not recorded yet. */
export interface OpenProcess {
  readonly processId: ProcessId;
  readonly callId: CallId;
  readonly executionId: ExecutionId | null;
  readonly correlationId: CorrelationId | null;
  readonly pid: number;
  readonly startToken: string;
  readonly command: string;
  readonly startedAt: number;
}

/** Everything an agent's events come to. Plain JSON. */
export interface AgentState {
  readonly record: AgentRecord;
  readonly limits: AgentLimits;
  readonly reportSchema: JsonObject | null;
  readonly inbox: readonly PendingInput[];
  /** Inputs by idempotency key (`k:` before each), with the text they came with. */
  readonly keys: { readonly [key: string]: { readonly inputId: InputId; readonly fingerprint: string } };
  readonly conversation: readonly ConversationEntry[];
  /** Workers of a batch (`b:` before its id) that have reported. */
  readonly reported: { readonly [batch: string]: readonly AgentId[] };
  readonly execution: ExecutionState | null;
  /** Oldest first; also after the execution that they belong to has ended. */
  readonly processes: readonly OpenProcess[];
  /** What it answered with when an execution last completed; absent: none has. */
  readonly lastOutput?: string;
  /** How an execution last ended; absent: none has. */
  readonly lastEnd?: {
    readonly status: ExecutionEnd;
    readonly cause: ExecutionCause;
    /** Epoch milliseconds. */
    readonly at: number;
  };
  /** The newest input that it has received of each trigger; absent: of none. */
  readonly fired?: { readonly [triggerId: string]: FiredInput };
  /** Tools whose calls by this agent need no more approval. */
  readonly approvedTools?: readonly string[];
}
