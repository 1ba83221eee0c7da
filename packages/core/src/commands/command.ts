import type { AgentLimits, SeedProblem } from "../events/agent.ts";
import type { EventData } from "../events/catalogue.ts";
import type { ExecutionCause, ExecutionEnd, Failure, WrapUpLimit } from "../events/execution.ts";
import type { InputKind, InputMode } from "../events/inbox.ts";
import type { LetterId } from "../events/letter-id.ts";
import type { FinishReason } from "../events/model.ts";
import type { ToolEffect } from "../events/tool.ts";
import type { CallId, CorrelationId, InputId } from "../ids.ts";
import type { AssistantMessage, FilePart, Message, ToolResult } from "../messages/message.ts";
import type { Usage } from "../messages/usage.ts";
import type { RecordedReport } from "../state/agent-state.ts";
import type { TriggerCommand } from "./trigger.ts";

/** What may be asked of an agent, by name. Each is decided at once from the agent's state, or refused. */
export interface AgentCommands {
  "agent.spawn": {
    readonly data: EventData<"AGENT_SPAWNED">;
    readonly correlationId?: CorrelationId;
    /** Do not queue its task yet: it is to be seeded first. */
    readonly hold?: boolean;
  };
  "agent.seed": {
    readonly source: string;
    readonly messages: readonly Message[];
    readonly problems: readonly SeedProblem[];
  };
  /** Only while it is not at work. What is kept of its inbox is there again when it is opened again. */
  "agent.close": {
    readonly cause: ExecutionCause;
    readonly reason?: string | null;
    readonly keepsInbox?: true | undefined;
    readonly letterId?: LetterId;
  };
  "agent.reopen": {
    readonly by: string;
    readonly letterId?: LetterId;
    /** What asked for it, to be found again in its event. */
    readonly key?: string | undefined;
  };
  "agent.dismiss": EventData<"AGENT_DISMISSED">;
  "agent.remove": EventData<"AGENT_REMOVED">;
  "input.receive": {
    readonly inputId: InputId;
    readonly kind: InputKind;
    readonly mode: InputMode;
    readonly from: string;
    readonly text: string;
    readonly files?: readonly FilePart[];
    readonly idempotencyKey?: string;
    /** On whose behalf, where the sender is told from others. */
    readonly principal?: string;
    /** The trigger that sends it. The newest of each trigger is known by its id and received once. */
    readonly trigger?: EventData<"INPUT_RECEIVED">["trigger"];
    /** Default: the input's own id, so that it starts a correlation of its own. */
    readonly correlationId?: CorrelationId;
  };
  /** Puts the inputs into the conversation, in this order, reports that stand together as one message. */
  "input.deliver": { readonly inputIds: readonly InputId[] };
  /** These inputs have reached the agent by another way (the result of a tool call that asked for them). */
  "input.take": { readonly inputIds: readonly InputId[] };
  /** Whoever sent it has taken it back. One that the agent has been given already stays with it. */
  "input.discard": { readonly inputId: InputId; readonly reason: string };
  "execution.queue": { readonly correlationId: CorrelationId | null };
  "execution.start": {
    readonly host: string;
    /** It was all that was under way when its last host died. */
    readonly alone?: boolean | undefined;
    /** Blob of the system text, where it is not what the colony's opening says. */
    readonly system?: string | undefined;
  };
  /** The host lets go of it in good order. */
  "execution.pause": EventData<"EXECUTION_PAUSED">;
  /** The host could not work for so long, until that time. */
  "execution.hold_up": EventData<"EXECUTION_HELD_UP">;
  "execution.wrap_up": {
    readonly limit: WrapUpLimit;
    /** Which budget, and what it has come to. */
    readonly reason?: string;
  };
  /** With `close` it is to be the agent's last, unless that is opened again. */
  "execution.cancel": EventData<"CANCEL_REQUESTED">;
  "execution.end": {
    readonly end: ExecutionEnd;
    readonly cause: ExecutionCause;
    readonly error: Failure | null;
    /** What the model call that ends with it had said. */
    readonly supersededText?: string | undefined;
  };
  "model.start": {
    readonly model: string;
    /** The most that it can cost. */
    readonly reserved?: EventData<"MODEL_CALL_STARTED">["reserved"];
  };
  "model.complete": {
    readonly callId: CallId;
    readonly message: AssistantMessage;
    readonly finishReason: FinishReason;
    readonly usage: Usage;
    readonly durationMs: number;
    readonly firstTokenMs: number | null;
  };
  "model.fail": {
    readonly callId: CallId;
    readonly error: Failure;
    readonly retryable: boolean;
    readonly supersededText?: string;
    readonly usage?: Usage;
    /** Least time before the next try, as the provider asked. */
    readonly retryAfterMs?: number;
  };
  /** Gives the failing model up for this execution and turns to the next one of its chain. */
  "model.switch": { readonly from: string; readonly to: string };
  /** The call was under way when its host died, or when it was called off to make way for an input. */
  "model.lose": {
    readonly callId: CallId;
    readonly calledOff?: true;
    readonly supersededText?: string | undefined;
  };
  "tool.start": {
    readonly calls: readonly {
      readonly callId: CallId;
      readonly effect: ToolEffect;
      /** The outside world has said that an interrupted `once` call never happened, so it may begin again. */
      readonly reconciled?: true;
    }[];
  };
  "tool.complete": { readonly callId: CallId; readonly result: ToolResult; readonly durationMs: number };
  "tool.unknown": { readonly callId: CallId; readonly result: ToolResult };
  /** The call asked for workers and got none; recorded with its outcome. */
  "spawn.refuse": EventData<"SPAWN_REFUSED">;
  /** A tool call has started a process of the operating system, which waits to be let go. */
  "process.start": Omit<EventData<"PROCESS_STARTED">, "processId">;
  /** It has ended, also when its execution has. */
  "process.exit": EventData<"PROCESS_EXITED">;
  "report.record": RecordedReport;
  /** A tool has come to something worth keeping; the same ordinal of the same call a second time is nothing new. */
  "milestone.reach": Omit<EventData<"MILESTONE_REACHED">, "name">;
  /** Somebody has been told of a report, or could not be; also when its agent is closed. */
  "notification.sent": EventData<"NOTIFICATION_SENT">;
  "notification.fail": EventData<"NOTIFICATION_FAILED">;
  /** The call waits until these are answered. */
  "question.ask": Omit<EventData<"QUESTION_ASKED">, "name" | "expiresAt"> & {
    /** How long answers are waited for; null: for ever. Milliseconds. */
    readonly expiresInMs: number | null;
  };
  /** Options by number or text, or a text: see `readAnswer`. Some of the questions or all. */
  "question.answer": EventData<"QUESTION_ANSWERED">;
  /** The time for answers is over; before that, it changes nothing. */
  "question.expire": { readonly callId: CallId };
  /** The call waits for a person's word on the input that it has. */
  "approval.request": { readonly callId: CallId };
  "approval.resolve": Omit<EventData<"APPROVAL_RESOLVED">, "name">;
}

/** The name of something that may be asked of an agent. */
export type AgentCommandType = keyof AgentCommands;

/** Something asked of an agent. */
export type AgentCommand = {
  readonly [T in AgentCommandType]: { readonly type: T } & AgentCommands[T];
}[AgentCommandType];

/** What may be asked of the colony as a whole. */
export type ColonyCommand =
  | ({ readonly type: "colony.open" } & EventData<"COLONY_OPENED">)
  | ({ readonly type: "colony.close" } & EventData<"COLONY_CLOSED">)
  | ({
      readonly type: "dispatch.block";
      /** Recorded also where its owner has a block already: what lifts that one may be on its way. */
      readonly anew?: true;
    } & EventData<"DISPATCH_BLOCKED">)
  | {
      readonly type: "dispatch.unblock";
      readonly owner: string;
      /** Version of the colony's stream at which that block was set; a later one stays. Absent: whichever there is. */
      readonly version?: number | undefined;
    }
  | ({ readonly type: "budget.set" } & EventData<"BUDGET_SET">)
  | ({ readonly type: "tool_approval.set" } & EventData<"TOOL_APPROVAL_SET">)
  | TriggerCommand
  | ({ readonly type: "letter.refuse" } & EventData<"LETTER_REFUSED">)
  | ({ readonly type: "history.prune" } & EventData<"HISTORY_PRUNED">)
  | ({ readonly type: "storage.fail" } & EventData<"STORAGE_FAILED">);

/** Limits as they may be narrowed for one agent. */
export type LimitOverrides = { readonly [K in keyof AgentLimits]?: AgentLimits[K] | undefined };
