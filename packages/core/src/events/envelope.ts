import { z } from "zod";
import { AgentId, ColonyId, CorrelationId, EventId, ExecutionId } from "../ids.ts";
import { EVENT_CATALOGUE, type EventData, type EventType } from "./catalogue.ts";

const envelope = {
  /** Position in the colony's log: strictly rising, never reused. The cursor of every reader. */
  seq: z.number().int().positive(),
  /** Position in the agent's own stream: 1, 2, 3 ... */
  version: z.number().int().positive(),
  id: EventId,
  /** Epoch milliseconds. */
  at: z.number(),
  colonyId: ColonyId,
  agentId: AgentId,
  executionId: ExecutionId.optional(),
  correlationId: CorrelationId.optional(),
  causationId: z.string().optional(),
  /** Shape version of `data`. */
  v: z.number().int().positive(),
};

/** What stands around the data of every recorded event. */
export interface Envelope {
  readonly seq: number;
  readonly version: number;
  readonly id: EventId;
  readonly at: number;
  readonly colonyId: ColonyId;
  readonly agentId: AgentId;
  readonly executionId?: ExecutionId;
  readonly correlationId?: CorrelationId;
  readonly causationId?: string;
  readonly v: number;
}

/** A recorded event of one type. */
export type EventOf<T extends EventType> = Envelope & { readonly type: T; readonly data: EventData<T> };

/** Any recorded event: branch on `type` and `data` has its shape. */
export type ColonyEvent = { [T in EventType]: EventOf<T> }[EventType];

/** An event as a decision makes it: what it says, before the log gives it its place. */
export type NewEvent = {
  [T in EventType]: {
    readonly type: T;
    readonly data: EventData<T>;
    readonly executionId?: ExecutionId;
    readonly correlationId?: CorrelationId;
    readonly causationId?: string;
  };
}[EventType];

/** The event's shape version today, by type, where it is not 1. */
const SHAPE_VERSIONS: ReadonlyMap<EventType, number> = new Map();

/** The shape version that new events of a type are written with. */
export function shapeVersionOf(type: EventType): number {
  return SHAPE_VERSIONS.size === 0 ? 1 : (SHAPE_VERSIONS.get(type) ?? 1);
}

let schema: z.ZodType<ColonyEvent> | undefined;

/** The border check of a recorded event, one union over the catalogue. Made when first used: it takes some ms. */
export function colonyEventSchema(): z.ZodType<ColonyEvent> {
  if (schema === undefined) {
    const members = Object.entries(EVENT_CATALOGUE).map(([type, data]) =>
      z.object({ ...envelope, type: z.literal(type), data }),
    );
    const [first, ...rest] = members;
    if (first === undefined) throw new Error("the event catalogue is empty");
    schema = z.discriminatedUnion("type", [first, ...rest]) as unknown as z.ZodType<ColonyEvent>;
  }
  return schema;
}

/** The agent, besides its own, that an event is mail for. */
export function recipientOf(event: {
  readonly type: EventType;
  readonly data: unknown;
}): AgentId | undefined {
  if (event.type === "SUBAGENT_REPORT")
    return (event.data as EventData<"SUBAGENT_REPORT">).parentId ?? undefined;
  if (event.type === "QUESTION_ASKED") return (event.data as EventData<"QUESTION_ASKED">).to ?? undefined;
  return undefined;
}
