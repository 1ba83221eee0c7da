import type { Decision } from "./decision.ts";
import { readDecision } from "./decision.ts";

/** What is asked at a terminal about a call that waits for approval. */
export const APPROVAL_PROMPT = "yes, always worker, always tool, or no and why";

/** Reads what was typed at that, for the request of an id; what cannot be meant is a slip. */
export function readApproval(typed: string, which: string): Decision | { readonly slip: string } {
  const words = typed.trim().split(/\s+/u);
  const [first = "", ...more] = words;
  const word = first.toLowerCase();
  if (more.length === 0 && (word === "yes" || word === "y")) return readDecision("/approve", [which]);
  if (word === "always") return readDecision("/approve", [which, ...words]);
  if (word === "no" || word === "n") return readDecision("/deny", [which, ...more]);
  return { slip: `"${typed.trim()}" is no decision; type ${APPROVAL_PROMPT}` };
}
