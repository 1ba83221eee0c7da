import { ToolEffect } from "@colony/core";
import { z } from "zod";
import { section } from "./key.ts";
import { named, span, text, texts, truth, words } from "./values.ts";

/** An MCP server. Which keys go together is said by `conflicts`. */
export const mcpServer = section({
  command: words("a program").optional(),
  args: texts("a list of texts").optional(),
  env: named("an object of texts by variable").optional(),
  cwd: words("a folder").optional(),
  url: text()
    .pipe(z.url({ protocol: /^https?$/u, error: "an address that begins with http:// or https://" }))
    .optional(),
  headers: named("an object of texts by header").optional(),
  effects: z
    .record(
      z.string(),
      z.enum(ToolEffect.options, '"pure", "idempotent" or "once"'),
      "an object of effects by tool",
    )
    .optional(),
  trustHints: truth.optional(),
  timeout: span(1).optional(),
  startTimeout: span(1).optional(),
});

export type DeclaredServer = z.infer<typeof mcpServer>;
