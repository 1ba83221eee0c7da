import { spanMs } from "@colony/core";
import { z } from "zod";

/** A text. Numbers and yes or no are taken at their word, since YAML takes unquoted texts for them. */
export const text = (give = "a text"): z.ZodType<string> =>
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], give);

/** A text that says something. */
export const words = (give: string): z.ZodType<string> =>
  text(give).pipe(z.string().refine((value) => value.trim() !== "", give));

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu;

/** A number, also as the text that a variable has put in. */
export function number(range: z.ZodType<number>, give: string): z.ZodType<number> {
  const written = z.string().regex(NUMBER).transform(Number);
  return z
    .union([z.number(), written], give)
    .pipe(z.custom<number>((value) => range.safeParse(value).success, give));
}

/** A whole number from the least on. */
export const count = (least: number, most = Number.MAX_SAFE_INTEGER): z.ZodType<number> =>
  number(
    z.int().min(least).max(most),
    `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`}`,
  );

/** True or false, also as text. */
export const truth: z.ZodType<boolean> = z.union(
  [z.boolean(), z.literal("true").transform(() => true), z.literal("false").transform(() => false)],
  "true or false",
);

/** A time with its unit, in milliseconds. */
export const span = (leastMs = 0): z.ZodType<number> => {
  const give = `a time with its unit${leastMs === 0 ? "" : `, at least ${leastMs}ms`}, such as 30s, 5m or 1h30m`;
  return z.string(give).transform((written, context) => {
    const ms = /[a-z]\s*$/iu.test(written) ? spanMs(written) : undefined;
    if (ms !== undefined && ms >= leastMs) return ms;
    context.addIssue({ code: "custom", message: give });
    return z.NEVER;
  });
};

/** The same, or for ever. */
export const spanOrForever: z.ZodType<number> = z.union(
  [z.literal("forever").transform(() => Number.POSITIVE_INFINITY), span()],
  "a time with its unit, such as 24h, or forever",
);

/** Texts one after the other. */
export const texts = (give: string): z.ZodType<readonly string[]> => z.array(text(give), give);

/** Texts by name. */
export const named = (give: string): z.ZodType<Readonly<Record<string, string>>> =>
  z.record(z.string(), text(give), give);
