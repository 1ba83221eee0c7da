import { ColonyError, requireOptions, type OptionTable } from "@colony/core";
import { z } from "zod";

/** What somebody may do with what is not theirs: nothing, or look at it and, when they confirm it, call it off. */
export type Role = "user" | "operator";

/** Somebody who is told from others. Who they are is made sure of by whoever lets them in. */
export interface Principal {
  /** 1 to 200 characters, such as a user name. */
  readonly id: string;
  readonly role: Role;
}

const MOST_CHARACTERS = 200;

/** What names a person: short, of one line, and not blank. */
export const PRINCIPAL_ID = {
  fits: z
    .string()
    .max(MOST_CHARACTERS)
    .refine((text) => text.trim() !== "" && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)),
  give: `a name of 1 to ${MOST_CHARACTERS} characters on one line`,
};

const PRINCIPAL: OptionTable = {
  id: { ...PRINCIPAL_ID, required: true },
  role: { fits: z.enum(["user", "operator"]), give: '"user" or "operator"', required: true },
};

/** A copy of who is given, so that nobody becomes somebody else later. Throws `usage.invalid`. */
export function requirePrincipal(principal: unknown): Principal {
  requireOptions(principal, PRINCIPAL, {
    code: "usage.invalid",
    whole: "a principal is an object; give { id, role }",
    of: "a principal",
  });
  const parsed = z.object({ id: z.string(), role: z.enum(["user", "operator"]) }).safeParse(principal);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ColonyError("usage.invalid", "the principal cannot be read twice; give { id, role }");
}
