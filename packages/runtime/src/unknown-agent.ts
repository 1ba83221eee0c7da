import { ColonyError, shownValue } from "@colony/core";

/** What whoever asks for an agent that is not there is told, and in the same words whoever may not know that it is. */
export function unknownAgent(asked: string): ColonyError {
  return new ColonyError("agent.not_found", `there is no agent ${shownValue(asked)} in this colony`);
}
