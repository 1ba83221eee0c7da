import { z } from "zod";
import { InputMode } from "../events/inbox.ts";
import type { OptionTable } from "./option-check.ts";

/** Letters of base64 and the padding at their end; a search for a stranger among them takes one pass, however long it is. */
function isBase64(text: string): boolean {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (
    text.length > 0 && text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding))
  );
}

const SentFile = z.object({
  mediaType: z.string().regex(/^[^\s/]+\/[^\s/]+$/),
  data: z.string().refine(isBase64),
  name: z.string().optional(),
});

/** What may be said of an input besides its text, whoever sends it. */
export const INPUT_OPTIONS = {
  mode: { fits: InputMode, give: '"queue", "steer" or "interrupt"' },
  idempotencyKey: {
    fits: z.string().min(1),
    give: "a text that is not empty",
  },
  files: {
    fits: z.array(SentFile),
    give: "a list of files, each { mediaType, data } with a media type such as image/png and the data in base64",
  },
} as const satisfies OptionTable;
