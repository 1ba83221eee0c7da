import type { Question } from "../events/request.ts";

/** Longest answer to one question, in characters. */
const MAX_ANSWER_CHARACTERS = 20_000;

/** What an answer comes to, or why it is none, in words that say what would be one. */
export type ReadAnswer = { readonly answer: string } | { readonly problem: string };

/**
 * Reads what was given for an answer: an option's text in whatever case, the number of an option from 1 (which comes
 * first where a number was given, not a text), or, where that is allowed, a text of one's own.
 */
export function readAnswer(question: Question, given: string | number): ReadAnswer {
  const { options, freeform = true } = question;
  const text = String(given).trim();
  if (text === "") return problem(question, "the answer is empty");
  if (text.length > MAX_ANSWER_CHARACTERS)
    return problem(
      question,
      `the answer has ${text.length} characters; at most ${MAX_ANSWER_CHARACTERS} are taken`,
    );
  if (options === undefined) return { answer: text };
  const named =
    options.find((option) => option.trim() === text) ??
    options.find((option) => option.trim().toLowerCase() === text.toLowerCase());
  const numbered = /^\d{1,3}$/u.test(text) ? options[Number(text) - 1] : undefined;
  const chosen = typeof given === "number" ? (numbered ?? named) : (named ?? numbered);
  if (chosen !== undefined) return { answer: chosen };
  return freeform ? { answer: text } : problem(question, `"${text.slice(0, 200)}" is none of the options`);
}

function problem({ id, options, freeform = true }: Question, what: string): ReadAnswer {
  const listed = (options ?? []).map((option, index) => `${index + 1} ${option}`).join(", ");
  const give =
    listed === "" ? "give a text" : `give one of: ${listed}${freeform ? ", or a text of your own" : ""}`;
  return { problem: `question "${id}": ${what}; ${give}` };
}
