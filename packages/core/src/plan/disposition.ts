import type { CorrelationId } from "../ids.ts";
import type { AgentState } from "../state/agent-state.ts";
import { isEnded } from "../views/status.ts";

/** What the runtime should do about an agent as it stands. */
export type Disposition =
  | { readonly do: "nothing" }
  /** Its execution waits for a place, or for a host to take it up again. */
  | { readonly do: "run" }
  /** It has mail and no execution. */
  | { readonly do: "queue"; readonly correlationId: CorrelationId | null };

/** The same question after every event and when a colony is opened again. */
export function dispositionOf({ record, inbox }: AgentState): Disposition {
  if (record.status === "closed") return { do: "nothing" };
  if (record.execution !== null && !isEnded(record.execution.status)) return { do: "run" };
  const first =
    inbox.find(({ mode }) => mode === "interrupt") ??
    inbox.find(({ kind, mode }) => kind !== "report" && mode === "queue") ??
    inbox[0];
  return first === undefined ? { do: "nothing" } : { do: "queue", correlationId: first.correlationId };
}
