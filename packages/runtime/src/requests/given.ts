import { requireValue } from "@colony/core";
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

/** Throws `usage.invalid`. */
export function requireToolApproval(tool: unknown, approved: unknown): void {
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
}
