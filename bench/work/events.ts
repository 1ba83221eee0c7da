import { agentId, callId, executionIdOf, type AgentId, type NewEvent } from "@colony/core";

/** The agents of a benchmark that needs some. */
export function agentIds(count: number): readonly AgentId[] {
  return Array.from({ length: count }, (_, number) => agentId(`w-${String(number).padStart(12, "0")}`));
}

/** An event such as agents record most: some 490 bytes as JSON, with its envelope. */
export function toolCompleted(agent: AgentId, number: number): NewEvent {
  return {
    type: "TOOL_CALL_COMPLETED",
    executionId: executionIdOf(agent, 1),
    data: {
      callId: callId(`call-${number}`),
      name: "look_up",
      result: {
        status: "ok",
        output: {
          station: `north-${number}`,
          reading: 21.5,
          unit: "degree",
          remark:
            "The instrument was read at noon, and again an hour later; both readings agree with what was expected.",
        },
      },
      durationMs: 12,
    },
  };
}
