import type { StandardSchemaV1 } from "@standard-schema/spec";
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
  readonly log: Logger;
  /**
   * Runs a program and gives what it said, whatever its exit code. The process belongs to the call: it is recorded before
   * the program runs, and ends with its group when the call ends in whatever way, also when the host dies. Of what the
   * program has given a session of its own (setsid, daemons), what is called off takes along what can be found, on Linux
   * all that has kept its environment; what ends by itself leaves it alone. Rejects with `process.not_found`,
   * `process.not_started`, and `wait.aborted` once it was called off.
   */
  readonly runProcess: (
    command: string,
    args?: readonly string[],
    options?: RunProcessOptions,
  ) => Promise<ProcessOutcome>;
  /** Says that the result holds these inputs of the calling agent, so that they are not delivered once more. */
  readonly taken: (inputIds: readonly InputId[]) => void;
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
  /** The input as the tool wants it, or what is wrong with it in words. */
  validate(input: unknown): Validated | Promise<Validated>;
  run(input: unknown, context: ToolContext): Promise<JsonValue>;
  /** Asked after a crash in the middle of a `once` call. */
  reconcile?(callKey: string, input: unknown): Promise<Reconciled>;
}

/** How a tool is written. */
export interface ToolDefinition<Schema extends StandardSchemaV1> {
  /** Letters, digits, `_` and `-`; at most 64. */
  readonly name: string;
  /** What it is for, in words for the model. */
  readonly description: string;
  /** Any Standard Schema; a zod schema brings its own JSON Schema, others need `inputSchema`. */
  readonly input: Schema;
  readonly inputSchema?: JsonObject;
  /** Default `once`, the careful one. */
  readonly effect?: ToolEffect;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** What it returns is shown to the model; `undefined` becomes null. What it throws is told to the model in words. */
  run(input: StandardSchemaV1.InferOutput<Schema>, context: ToolContext): unknown;
  reconcile?(callKey: string, input: StandardSchemaV1.InferOutput<Schema>): Reconciled | Promise<Reconciled>;
}
