import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ErrorCode } from "../errors/codes.ts";
import type { Question } from "../events/request.ts";
import type { ToolEffect } from "../events/tool.ts";
import type { AgentId, CallId, CorrelationId, ExecutionId, InputId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { Logger } from "./logger.ts";
import type { ProcessOutcome, SpawnProcessOptions } from "./processes.ts";

/** Who is calling a tool. */
export interface ToolCaller {
  readonly id: AgentId;
  readonly executionId: ExecutionId;
  readonly correlationId: CorrelationId | undefined;
  readonly depth: number;
}

/** How a tool runs a program. */
export interface RunProcessOptions extends SpawnProcessOptions {
  /** Ends the process before the call ends. */
  readonly signal?: AbortSignal;
}

/** Something that the calls of one execution share, such as a connection, and the way to open it. */
export interface Leasable<Held extends AsyncDisposable> {
  /** For people, where it cannot be closed. */
  readonly name: string;
  /** Opens it; the signal is aborted when nobody wants it any more. */
  open(signal: AbortSignal): Promise<Held>;
}

/** What a running tool is given beside its input. */
export interface ToolContext {
  /** Aborted when the call is cancelled, superseded or out of time. What keeps running after that is abandoned. */
  readonly signal: AbortSignal;
  /** The model's id of this call. */
  readonly callId: CallId;
  /** The same for every attempt at this call, and for no other call: give it to the outside world as an idempotency key. */
  readonly callKey: string;
  readonly agent: ToolCaller;
  /** Tells whoever is watching how far it is; nothing of it is recorded. */
  readonly progress: (message: string, data?: JsonObject) => void;
  /**
   * Records that it has come to something worth keeping, in 1 to 1,000 characters, with data of at most 10,000 as JSON.
   * Resolves once that is durable; nobody has to wait for it. A call that is run again and says it once more has said it
   * already: the first one of a call is the first one of every attempt at it. Rejects with `milestone.invalid`,
   * `milestone.too_many` after 100 in one execution, and `tool_call.not_open` once the call has ended.
   */
  readonly milestone: (text: string, data?: JsonObject) => Promise<void>;
  readonly log: Logger;
  /**
   * Runs a program and gives what it said, whatever its exit code. The process belongs to the call: it is recorded before
   * the program runs, and ends with its group when the call ends in whatever way, also when the host dies. Of what the
   * program has given a session of its own (setsid, daemons), what is called off takes along what can be found, on Linux
   * all that has kept its environment; what ends by itself leaves it alone. Rejects with `process.not_found`,
   * `process.not_started`, `usage.invalid` for what no program can be run with, and `wait.aborted` once the call has ended
   * or was called off.
   */
  readonly runProcess: (
    command: string,
    args?: readonly string[],
    options?: RunProcessOptions,
  ) => Promise<ProcessOutcome>;
  /**
   * Something that is opened by the first call of this execution that asks for it, and is shared with those that come
   * after. It belongs to the execution: it is disposed of when the execution ends, pauses or is called off, and never
   * shared with another one. Rejects with what `open` threw, with `usage.invalid` where what it gave cannot be closed, and
   * with `wait.aborted` once the call has ended or was called off.
   */
  readonly lease: <Held extends AsyncDisposable>(leasable: Leasable<Held>) => Promise<Held>;
  /** Says that the result holds these inputs of the calling agent, so that they are not delivered once more. */
  readonly taken: (inputIds: readonly InputId[]) => void;
  /** Says that the call asked for workers and got none: recorded with its outcome. Absent where nobody records it. */
  readonly refused?: (refusal: RefusedSpawn) => void;
}

/** Workers that a call asked for and did not get. */
export interface RefusedSpawn {
  readonly code: ErrorCode;
  readonly message: string;
  readonly definition: string | null;
  /** The first of them. */
  readonly task: string;
  /** How many it asked for. */
  readonly workers: number;
}

/** What the outside world says of a call whose host died in the middle. */
export type Reconciled =
  | { readonly outcome: "done"; readonly output: JsonValue }
  | { readonly outcome: "never_happened" }
  | { readonly outcome: "unknown" };

/** An input as its schema wants it, or what is wrong with it in words. */
export type Validated = { readonly value: unknown } | { readonly problem: string };

/** A tool with its types erased: what agents hold. Made by `defineTool`. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input, as the model is told it. */
  readonly inputSchema: JsonObject;
  readonly effect: ToolEffect;
  /** How long one call may take; default 60,000. */
  readonly timeoutMs: number;
  /** What it belongs to (`delegation`, `people`, `workspace`, `report`, or one of your own), for tool sets; absent: nothing. */
  readonly group?: string;
  /** Whether a person has to approve a call before it runs; what throws or takes too long counts as yes. Absent: no. */
  readonly needsApproval?: boolean | ((input: unknown, caller: ToolCaller) => boolean | Promise<boolean>);
  /** What people, or its parent, are asked instead of running: their answers are the call's outcome. */
  asks?(input: unknown): AskedQuestions;
  /** The input as the tool wants it, or what is wrong with it in words. */
  validate(input: unknown): Validated | Promise<Validated>;
  /** Does it. What is there at once is not waited for. */
  run(input: unknown, context: ToolContext): JsonValue | Promise<JsonValue>;
  /** Asked after a crash in the middle of a `once` call. */
  reconcile?(callKey: string, input: unknown): Promise<Reconciled>;
}

/** What is asked, and of whom. */
export interface AskedQuestions {
  readonly questions: readonly Question[];
  /** An agent without a parent asks the person. */
  readonly of: "user" | "parent";
  /** How long answers are waited for; null: for ever. Milliseconds. */
  readonly expiresInMs: number | null;
}

/** How a tool is written. */
export interface ToolDefinition<Schema extends StandardSchemaV1> {
  /** Letters, digits, `_` and `-`; at most 64. */
  readonly name: string;
  /** What it is for, in words for the model. */
  readonly description: string;
  /** Any Standard Schema of an object; a zod schema brings its own JSON Schema, others need `inputSchema`. */
  readonly input: Schema;
  readonly inputSchema?: JsonObject;
  /** Default `once`, the careful one. */
  readonly effect?: ToolEffect;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** What it belongs to, so that tool sets can name all of a kind. */
  readonly group?: string;
  /**
   * Whether a person has to approve a call before it runs: always, or by its input. A function may be asked again after a
   * crash; one that throws or does not answer within the tool's time counts as yes. Default: false.
   */
  readonly needsApproval?:
    | boolean
    | ((input: StandardSchemaV1.InferOutput<Schema>, caller: ToolCaller) => boolean | Promise<boolean>);
  /**
   * What it returns is shown to the model as JSON; `undefined` becomes null, and what JSON tells nothing of (a Response, a
   * Map, an Error, a stream) is said to be that, as an error. What it throws is told to the model in words; where a
   * `once` tool throws `tool.outcome_unknown`, nobody knows whether it took effect.
   */
  run(input: StandardSchemaV1.InferOutput<Schema>, context: ToolContext): unknown;
  reconcile?(callKey: string, input: StandardSchemaV1.InferOutput<Schema>): Reconciled | Promise<Reconciled>;
}
