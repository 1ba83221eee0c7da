import { EventId, agentId, colonyId, type Notification } from "@colony/core";

/** A notification, as any other. */
export function news(more: Partial<Notification> = {}): Notification {
  return {
    id: EventId.parse("w-1@9"),
    colonyId: colonyId("colony-1"),
    workerId: agentId("w-1"),
    name: null,
    label: null,
    role: "helper",
    mark: "ok",
    status: "success",
    seconds: 3,
    text: "all done",
    owner: null,
    ...more,
  };
}
