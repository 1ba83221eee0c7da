import type { Answers, PendingRequest } from "@colony/core";

/**
 * The answers that were typed as `id=answer` for each question; undefined where they were not, and all of it is one answer.
 * A text with a `=` in it is an answer like any other unless what stands before it is a question's id.
 */
export function answersById(request: PendingRequest, given: readonly string[]): Answers | undefined {
  const ids = request.kind === "question" ? request.questions.map(({ id }) => id) : [];
  const pairs = given.map((text) => {
    const [, id = "", answer = ""] = /^([^=\s]+)=(.*)$/su.exec(text) ?? [];
    return [id, answer] as const;
  });
  return pairs.length > 0 && pairs.every(([id]) => ids.includes(id)) ? Object.fromEntries(pairs) : undefined;
}
