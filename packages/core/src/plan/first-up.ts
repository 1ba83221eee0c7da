import type { PendingInput } from "../state/agent-state.ts";

/** What an idle agent begins with: what interrupts, else what waited first and is no report, else whatever there is. */
export function firstUp(inbox: readonly PendingInput[]): PendingInput | undefined {
  return (
    inbox.find(({ mode }) => mode === "interrupt") ??
    inbox.find(({ kind, mode }) => kind !== "report" && mode === "queue") ??
    inbox[0]
  );
}
