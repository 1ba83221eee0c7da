import { DEFAULT_WORKER_LIMITS, inputId, type AgentCommand, type EventData } from "@colony/core";

/** Spawns a persistent worker without a task, unless told otherwise. */
export function spawn(data: Partial<EventData<"AGENT_SPAWNED">> = {}): AgentCommand {
  return {
    type: "agent.spawn",
    data: {
      kind: "worker",
      lifetime: "persistent",
      parentId: null,
      depth: 1,
      definitionId: "d",
      name: null,
      label: null,
      task: null,
      batch: null,
      priority: 0,
      limits: DEFAULT_WORKER_LIMITS,
      reportSchema: null,
      ...data,
    },
  };
}

/** Something that a person says; its text is its id too. */
export function input(text: string, idempotencyKey?: string): AgentCommand {
  return {
    type: "input.receive",
    inputId: inputId(text),
    kind: "chat",
    mode: "queue",
    from: "user",
    text,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
