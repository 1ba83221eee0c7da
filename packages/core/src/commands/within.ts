import type { EventData, EventType } from "../events/catalogue.ts";
import type { NewEvent } from "../events/envelope.ts";
import type { AgentState } from "../state/agent-state.ts";

/**
 * An event of the newest execution, with the ids of that. All have the same members, present or not: to make and to read
 * events of many shapes costs several times as much.
 */
export function within<Type extends EventType>(
  { record }: Pick<AgentState, "record">,
  type: Type,
  data: EventData<Type>,
): NewEvent {
  const { execution } = record;
  const executionId = execution?.id;
  const correlationId = execution?.correlationId ?? undefined;
  return { type, data, executionId, correlationId } as NewEvent;
}
