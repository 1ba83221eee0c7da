import { ColonyError } from "@colony/core";
import { z } from "zod";
import type { ColonyOptions } from "./options.ts";

const Limits = z.object({
  concurrency: z.number().int().min(1).max(100_000).optional(),
  maxDepth: z.number().int().min(0).max(16).optional(),
  shutdownGraceMs: z.number().min(0).max(3_600_000).optional(),
});

const Model = z.object({ modelId: z.string(), provider: z.string(), doStream: z.any() });

/** Throws `settings.invalid` with the first thing that is wrong. */
export function checkOptions(options: ColonyOptions): void {
  if (typeof options.dir !== "string" || options.dir.trim() === "")
    throw new ColonyError("settings.invalid", `dir is ${JSON.stringify(options.dir)}; name a folder, or "memory"`);
  const models = { overseer: options.overseer, ...options.workers };
  for (const [name, { model }] of Object.entries(models))
    if (!Model.safeParse(model).success)
      throw new ColonyError(
        "settings.invalid",
        `the model of "${name}" is not a language model; give one of an @ai-sdk provider package or of @colony/offline`,
      );
  const limits = Limits.safeParse(options.limits ?? {});
  if (limits.success) return;
  const [issue] = limits.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  throw new ColonyError("settings.invalid", `limits.${path} is wrong: ${issue?.message ?? "invalid"}`);
}
