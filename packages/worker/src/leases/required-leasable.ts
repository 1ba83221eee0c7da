import { ColonyError, requireValue, shownValue } from "@colony/core";
import { z } from "zod";

const fn = z.custom<unknown>((value) => typeof value === "function");

/** Throws `usage.invalid` for what cannot be leased. */
export function requireLeasable(leasable: unknown): void {
  requireValue(leasable, {
    fits: z.looseObject({ name: z.string(), open: fn }),
    give: "an object with a name and the function open, which opens it",
    what: "what is to be leased",
    code: "usage.invalid",
  });
}

/** What was opened; throws `usage.invalid` where nobody could ever close it. */
export function requireCloseable(held: unknown, name: string): AsyncDisposable {
  if (isCloseable(held)) return held;
  throw new ColonyError(
    "usage.invalid",
    `"${name}" was opened as ${shownValue(held)}, which cannot be closed; let open give an object with [Symbol.asyncDispose]`,
  );
}

function isCloseable(held: unknown): held is AsyncDisposable {
  if ((typeof held !== "object" && typeof held !== "function") || held === null) return false;
  return typeof (held as { readonly [Symbol.asyncDispose]?: unknown })[Symbol.asyncDispose] === "function";
}
