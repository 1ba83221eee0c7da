import { ColonyError, type AgentId, type CorrelationId, type InputId } from "@colony/core";
import type { InputOutcome, Receipt } from "./colony.ts";
import { outcomeOf, type OutcomeDeps } from "./outcome.ts";

/** What a person holds of an input that was accepted. */
export function createReceipt(
  deps: OutcomeDeps,
  input: {
    readonly agentId: AgentId;
    readonly inputId: InputId;
    readonly correlationId: CorrelationId;
    readonly after: number;
    readonly seq: number;
  },
): Receipt {
  const { agentId, inputId, correlationId, seq } = input;
  return {
    agentId,
    inputId,
    correlationId,
    seq,
    outcome: async (options = {}) => await outcomeOf(deps, input, options.signal),
    reply: async (options = {}) => answerOf(await outcomeOf(deps, input, options.signal)),
  };
}

function answerOf({ status, cause, text, error }: InputOutcome): string {
  if (status === "completed") return text ?? "";
  const why = error?.message ?? cause?.replaceAll("_", " ") ?? status;
  if (status === "cancelled" || status === "discarded")
    throw new ColonyError("execution.cancelled", `the input was not answered: it was ${status} (${why})`);
  throw new ColonyError(
    "execution.failed",
    `the input was not answered: the execution ${status.replace("_", " ")} (${why})`,
  );
}
