import { z } from "zod";

/**
 * Ids are strings whose type says what they name, so that a worker's id cannot be passed where an execution's is
 * meant. Each has one constructor, which is the only place that brands a plain string.
 */
const id = <Name extends string>(name: Name) => z.string().min(1).max(200).brand(name);

export const ColonyId = id("ColonyId");
/** The colony: the scope that owns one log. */
export type ColonyId = z.infer<typeof ColonyId>;

export const AgentId = id("AgentId");
/** An overseer, a worker, or the colony's own stream (`colony`). */
export type AgentId = z.infer<typeof AgentId>;

export const ExecutionId = id("ExecutionId");
/** One pass of the agent loop: `<agent id>.<number from 1>`. */
export type ExecutionId = z.infer<typeof ExecutionId>;

export const InputId = id("InputId");
/** Something sent to an agent. A report's input id is the id of its SUBAGENT_REPORT event. */
export type InputId = z.infer<typeof InputId>;

export const EventId = id("EventId");
/** One recorded event: `<agent id>@<version>`. */
export type EventId = z.infer<typeof EventId>;

export const CallId = id("CallId");
/** One tool call or model call, unique in its agent. */
export type CallId = z.infer<typeof CallId>;

export const ProcessId = id("ProcessId");
/** One process that a tool call started, unique in its agent. */
export type ProcessId = z.infer<typeof ProcessId>;

export const BatchId = id("BatchId");
/** Workers that were spawned together. */
export type BatchId = z.infer<typeof BatchId>;

export const TriggerId = id("TriggerId");
/** What sends an agent inputs at its times, or when somebody fires it. */
export type TriggerId = z.infer<typeof TriggerId>;

export const CorrelationId = id("CorrelationId");
/** Everything that one input set going carries that input's id as its correlation id. */
export type CorrelationId = z.infer<typeof CorrelationId>;

/** Takes a text for a colony's id. */
export const colonyId = (text: string): ColonyId => text as ColonyId;
/** Takes a text for an agent's id. */
export const agentId = (text: string): AgentId => text as AgentId;
/** Takes a text for an input's id. */
export const inputId = (text: string): InputId => text as InputId;
/** Takes a text for the id of a call. */
export const callId = (text: string): CallId => text as CallId;
/** Takes a text for a batch's id. */
export const batchId = (text: string): BatchId => text as BatchId;
/** Takes a text for a trigger's id. */
export const triggerId = (text: string): TriggerId => text as TriggerId;
/** Takes a text for a correlation id. */
export const correlationId = (text: string): CorrelationId => text as CorrelationId;

/** The id of an agent's n-th execution, counted from 1. */
export const executionIdOf = (agent: AgentId, number: number): ExecutionId =>
  `${agent}.${number}` as ExecutionId;

/** The id of the process whose start is recorded at a place in an agent's stream. */
export const processIdOf = (agent: AgentId, version: number): ProcessId =>
  `${agent}.p${version}` as ProcessId;

/**
 * The id of the input that a trigger sends for a due time: the same one whoever sends it, however often. `version` is the
 * place in the colony's stream at which the trigger was set, so that a later one of that name sends others.
 */
export const dueInputIdOf = (trigger: TriggerId, version: number, dueAt: number): InputId =>
  `${trigger}.${version}.${dueAt}` as InputId;

/** The id of the event at a place in an agent's stream, counted from 1. */
export const eventIdOf = (agent: AgentId, version: number): EventId =>
  (agent + (AT[version] ?? `@${version}`)) as EventId;

/** The ends of most events' ids, shared: an id joined from two texts takes half as much memory as one from three. */
const AT: readonly string[] = Array.from({ length: 256 }, (_, version) => `@${version}`);

/** The stream that holds what concerns the colony as a whole. No agent may have this id. */
export const COLONY_STREAM: AgentId = agentId("colony");
