import { ColonyError, nearest, requireValue, shownValue, type Tool } from "@colony/core";
import { z } from "zod";
import type { GivenAnswers } from "./requests.ts";

const One = z.union([z.string(), z.number()]);
const Given = z.union([One, z.record(z.string(), One)]);

/** Holds what was given for answers. Throws `answer.invalid`. */
export function requireAnswers(answers: unknown): GivenAnswers {
  requireValue(answers, {
    fits: Given,
    what: "the answer",
    give: "a text, the number of an option, or an object with one of these for each question by its id",
    code: "answer.invalid",
  });
  return answers as GivenAnswers;
}

/** Throws `usage.invalid`, and `tool.unknown` for the approval of a tool that nobody has. */
export function requireToolApproval(tool: unknown, approved: unknown, known: readonly Tool[]): void {
  requireValue(tool, {
    fits: z.string().min(1),
    what: "the tool to approve",
    give: "the name of a tool",
    code: "usage.invalid",
  });
  requireValue(approved, {
    fits: z.boolean(),
    what: "whether it is approved",
    give: "true or false",
    code: "usage.invalid",
  });
  const names = [...new Set(known.map(({ name }) => name))].toSorted();
  // An approval can be taken back when the tool is no longer there.
  if (approved !== true || typeof tool !== "string" || names.includes(tool)) return;
  const meant = nearest(tool.slice(0, LONGEST_NAME), names);
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  throw new ColonyError(
    "tool.unknown",
    `there is no tool ${shownValue(tool)} to approve${hint}; there are: ${names.join(", ") || "none"}`,
  );
}

/** Names are compared letter by letter with each that there is. */
const LONGEST_NAME = 60;
