import { z } from "zod";
import { CallId } from "../ids.ts";
import { JsonObjectSchema } from "../json.ts";

/** Most milestones of one execution. */
export const MAX_MILESTONES = 100;
/** Longest text of a milestone, in characters. */
export const MAX_MILESTONE_CHARACTERS = 1_000;
/** Most characters of a milestone's data, as JSON. */
export const MAX_MILESTONE_DATA_CHARACTERS = 10_000;

/** How far tools have come, where that is worth keeping. */
export const milestoneEvents = {
  MILESTONE_REACHED: z.object({
    callId: CallId,
    /** Which one of its call, from 1: a call that runs again does not reach it once more. */
    ordinal: z.number().int().positive(),
    /** The tool that says so. */
    name: z.string(),
    text: z.string(),
    data: JsonObjectSchema.optional(),
  }),
} as const;
