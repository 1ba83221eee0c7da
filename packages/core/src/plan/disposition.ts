import type { CorrelationId } from "../ids.ts";
import type { AgentState } from "../state/agent-state.ts";
import { isEnded } from "../views/status.ts";
import { firstUp } from "./first-up.ts";
import { canGoOn } from "./parked.ts";

/** What the runtime should do about an agent as it stands. */
export type Disposition =
  | { readonly do: "nothing" }
  /** Its execution waits for a place, or for a host to take it up again. */
  | { readonly do: "run" }
  /** It has mail and no execution. */
  | { readonly do: "queue"; readonly correlationId: CorrelationId | null };

/** The same question after every event and when a colony is opened again. */
export function dispositionOf(state: AgentState): Disposition {
  const { record, inbox } = state;
  if (record.status === "closed") return { do: "nothing" };
  if (record.execution !== null && !isEnded(record.execution.status))
    return record.execution.status === "input_required" && !canGoOn(state)
      ? { do: "nothing" }
      : { do: "run" };
  const first = firstUp(inbox);
  return first === undefined ? { do: "nothing" } : { do: "queue", correlationId: first.correlationId };
}
