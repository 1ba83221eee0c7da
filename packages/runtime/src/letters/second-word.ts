import { ColonyError, requestIdOf, type AgentState } from "@colony/core";
import type { FolderNow } from "@colony/storage-sqlite";
import { letterKey, readLetter, type LetterBody } from "./letter-body.ts";

/**
 * Whether a word may still be left on a call: the first that waits in the box stands, and whoever leaves another one is to
 * know. Throws `request.not_open`.
 */
export function refuseSecondWord(letter: LetterBody, now: Pick<FolderNow, "withKey">): void {
  if (letter.kind !== "answer" && letter.kind !== "resolve") return;
  const id = requestIdOf(letter.agentId, letter.callId);
  for (const earlier of lettersLike(letter, now)) {
    if (earlier.kind === "resolve")
      throw new ColonyError(
        "request.not_open",
        `"${id}" has been ${earlier.decision} already, which is kept until somebody has the colony open; the first word stands`,
      );
    if (earlier.kind !== "answer" || letter.kind !== "answer") continue;
    const twice = Object.keys(letter.answers).find((question) => Object.hasOwn(earlier.answers, question));
    if (twice !== undefined)
      throw new ColonyError(
        "request.not_open",
        `question "${twice}" of "${id}" has been answered already, which is kept until somebody has the colony open; the first answer stands`,
      );
  }
}

/** The agent as the newest of what waits for it leaves its life: one that is to be opened again takes inputs. */
export function withLifeToCome(state: AgentState, now: Pick<FolderNow, "withKey">): AgentState {
  const { record } = state;
  if (record.status !== "closed" || record.lifetime === "ephemeral") return state;
  const key = { kind: "life", agentId: record.id, word: "reopen", reason: null } as const;
  const last = lettersLike(key, now).at(-1);
  return last?.kind === "life" && last.word === "reopen"
    ? { ...state, record: { ...record, status: "open" } }
    : state;
}

function lettersLike(letter: LetterBody, now: Pick<FolderNow, "withKey">): readonly LetterBody[] {
  const key = letterKey(letter);
  return key === undefined
    ? []
    : now.withKey(key).flatMap(({ body }) => {
        try {
          return [readLetter(body)];
        } catch {
          // Left by another release: its owner is going to say so.
          return [];
        }
      });
}
