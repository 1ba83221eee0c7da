import { ColonyError, type PendingRequest } from "@colony/core";
import type { Colony } from "@colony/runtime";
import { errorWords } from "../errors/error-words.ts";
import type { NumberedRequest } from "./numbered.ts";
import { onOneLine } from "../render/words.ts";
import { firstOpen, type Requests } from "./requests.ts";
import { APPROVAL_PROMPT, readApproval } from "./typed-approval.ts";
import type { TypedLines } from "./typed-lines.ts";

/** Whom a person is asked for, and where they type. */
export interface AskAtTerminal {
  readonly colony: Pick<Colony, "pending" | "pending$">;
  readonly requests: Requests;
  readonly lines: TypedLines;
  readonly say: (lines: readonly string[]) => void;
  /** Nobody is waited for any longer. */
  readonly signal: AbortSignal;
}

/**
 * Has a person decide one request by what they type, until it is decided, here or elsewhere. `left` where they have ended
 * what they type (Ctrl-D), or the signal came.
 */
export async function askAtTerminal(
  { number, request }: NumberedRequest,
  { colony, requests, lines, say, signal }: AskAtTerminal,
): Promise<"decided" | "left"> {
  const gone = new AbortController();
  const isOpen = (): boolean => colony.pending().some(({ id }) => id === request.id);
  const subscription = colony.pending$.subscribe(() => {
    if (!isOpen()) gone.abort();
  });
  const either = AbortSignal.any([signal, gone.signal]);
  try {
    while (isOpen() && !signal.aborted) {
      const prompt =
        request.kind === "question"
          ? `answer ${number}${whichOf(colony, request)} › `
          : `approve ${number}? ${APPROVAL_PROMPT} › `;
      const typed = await lines.line(prompt, either);
      if (typed === undefined) return isOpen() ? "left" : "decided";
      if (typed.trim() === "") continue;
      const read =
        request.kind === "question"
          ? ({ do: "answer", which: request.id, given: [typed.trim()] } as const)
          : readApproval(typed, request.id);
      if ("slip" in read) say([read.slip]);
      else await requests.decide(read).catch((error: unknown) => say([refusal(error)]));
    }
    return signal.aborted ? "left" : "decided";
  } finally {
    subscription.unsubscribe();
  }
}

/** The question that the next line answers, where there are several. */
function whichOf(colony: AskAtTerminal["colony"], { id, ...asked }: PendingRequest): string {
  if (asked.kind !== "question" || asked.questions.length < 2) return "";
  const request = colony.pending().find((each) => each.id === id);
  const open = request === undefined ? undefined : firstOpen(request);
  return open === undefined ? "" : ` (${onOneLine(open.id)})`;
}

/** What was decided does not do: it still waits. Whatever else went wrong is thrown. */
function refusal(error: unknown): string {
  if (error instanceof ColonyError) return `error: ${errorWords(error)}`;
  throw error;
}
