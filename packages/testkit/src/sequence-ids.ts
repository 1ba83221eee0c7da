import type { IdSource } from "@colony/core";

/** Makes ids that count: `w-1`, `w-2`, `in-1` ... each prefix on its own. */
export function createSequenceIds(): IdSource {
  const last = new Map<string, number>();
  return {
    next(prefix) {
      const number = (last.get(prefix) ?? 0) + 1;
      last.set(prefix, number);
      return `${prefix}-${number}`;
    },
  };
}
