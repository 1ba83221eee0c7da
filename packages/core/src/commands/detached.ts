import { current, isDraft } from "immer";

/**
 * A value without the immer drafts in it. A ledger decides on a draft, so that several commands can be one commit; what
 * a decision takes over from such a state must not change with it, nor be revoked when the draft is finished.
 */
export function detached<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (isDraft(value)) return current<unknown>(value) as Value;
  if (Array.isArray(value)) {
    const members: readonly unknown[] = value;
    const copies = members.map(detached);
    return copies.some((copy, index) => copy !== members[index]) ? (copies as Value) : value;
  }
  const members: readonly (readonly [string, unknown])[] = Object.entries(value);
  const copies = members.map(([key, member]) => [key, detached(member)] as const);
  // `fromEntries` defines what it is given, so that a key such as `__proto__` stays a key.
  return copies.some(([, copy], index) => copy !== members[index]?.[1])
    ? (Object.fromEntries(copies) as Value)
    : value;
}
