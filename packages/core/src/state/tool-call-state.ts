import type { Answers, Question } from "../events/request.ts";
import type { ToolEffect } from "../events/tool.ts";
import type { AgentId, CallId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type { ToolResult } from "../messages/message.ts";

/** A tool call and what has become of it. */
export interface ToolCallState {
  readonly callId: CallId;
  readonly name: string;
  readonly input: JsonValue;
  readonly malformed: boolean;
  /** `interrupted`: it was started by a host that is gone. `waiting`: for people. */
  readonly status: "requested" | "waiting" | "started" | "interrupted" | "done";
  readonly effect: ToolEffect | null;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly result: ToolResult | null;
  /** How many times running the model has now made this same call, this one included. */
  readonly repeats: number;
  /** What it waits for, or waited for. */
  readonly request?: CallRequest;
  /** Who has approved it. */
  readonly approvedBy?: string;
}

/** What a call wants from people before it can go on. */
type CallRequest = QuestionRequest | ApprovalRequest;

/** Questions whose answers are the call's outcome. */
export interface QuestionRequest {
  readonly kind: "question";
  readonly questions: readonly Question[];
  /** Those that have been answered so far. */
  readonly answers: Answers;
  /** The agent that is asked; null: the person. */
  readonly to: AgentId | null;
  readonly askedAt: number;
  readonly expiresAt: number | null;
}

/** A person's word before the call runs with the input that it has. */
export interface ApprovalRequest {
  readonly kind: "approval";
  readonly askedAt: number;
}
