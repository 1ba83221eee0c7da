import { ColonyError, type AgentId, type CorrelationId, type InputId } from "@colony/core";
import { requireCall } from "./call-options.ts";
import type { InputOutcome, Receipt } from "./colony.ts";
import type { FollowedInput } from "./outcome.ts";
import type { Stories } from "./stories.ts";

/** What an input's outcome is found out from. */
export interface ReceiptDeps {
  readonly stories: Stories;
  /** Throws `colony.closed` once the colony is. */
  readonly mustBeOpen: () => void;
}

/** What a person holds of an input that was accepted. */
export function createReceipt(
  { stories, mustBeOpen }: ReceiptDeps,
  input: {
    readonly agentId: AgentId;
    readonly inputId: InputId;
    readonly correlationId: CorrelationId;
    /** A seq before it was received. */
    readonly after: number;
    readonly seq: number;
    /** It, where it has been followed since before it was received. */
    readonly followed?: FollowedInput;
  },
): Omit<Receipt, "withdraw" | "arrival"> {
  const { agentId, inputId, correlationId, seq } = input;
  let { followed } = input;
  const outcome: Receipt["outcome"] = async (options = {}) => {
    requireCall("outcome", options);
    mustBeOpen();
    if (followed === undefined || !(followed.isFollowed || followed.hasEnded))
      followed = stories.followFrom({ agentId, inputId }, input.after);
    return await followed.wait(options.signal);
  };
  const reply: Receipt["reply"] = async (options = {}) => {
    requireCall("reply", options);
    return answerOf(await outcome(options));
  };
  return { agentId, inputId, correlationId, seq, outcome, reply };
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
