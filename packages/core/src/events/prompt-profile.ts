import { z } from "zod";

export const PromptSection = z.enum([
  "identity",
  "work",
  "reports",
  "guardrails",
  "instructions",
  "environment",
  "notes",
  "tools",
]);
/** A part of what an agent is told before its conversation. */
export type PromptSection = z.infer<typeof PromptSection>;

export const ProfileName = z.enum(["full", "compact", "minimal", "none"]);
/** How much an agent is told before its conversation, from everything to who it is. */
export type ProfileName = z.infer<typeof ProfileName>;

export const CustomProfile = z
  .strictObject({
    /** What it is told; `identity` and `guardrails` always are. */
    sections: z.array(PromptSection).readonly(),
    /** Most characters of each of `instructions`, `environment` and `notes`; absent: all. */
    maxSectionCharacters: z.int().min(1).optional(),
    /** Most tools that are named in words; absent: all. */
    maxTools: z.int().min(1).optional(),
  })
  .readonly();
/** A selection of one's own. */
export type CustomProfile = z.infer<typeof CustomProfile>;

export const PromptProfile = z.union([ProfileName, CustomProfile]);
/** By name, or a selection of one's own. */
export type PromptProfile = z.infer<typeof PromptProfile>;
