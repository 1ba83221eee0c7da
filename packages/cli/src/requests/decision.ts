import { ApprovalScope } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";

/** What can be typed in a chat about what waits for a person. */
export const DECISIONS = ["/inbox", "/answer", "/approve", "/deny"] as const;

/** The first word of it. */
export type DecisionCommand = (typeof DECISIONS)[number];

/** What a person has decided, and of which request: by its number, its id or its agent; undefined is the only one. */
export type Decision =
  | { readonly do: "list"; readonly which: string | undefined }
  | { readonly do: "answer"; readonly which: string; readonly given: readonly string[] }
  | {
      readonly do: "approve";
      readonly which: string | undefined;
      readonly always: ApprovalScope | undefined;
    }
  | { readonly do: "deny"; readonly which: string | undefined; readonly reason: string | undefined };

/** Reads what was typed behind such a word; where it cannot be meant, why not. */
export function readDecision(
  command: DecisionCommand,
  typed: readonly string[],
): Decision | { readonly slip: string } {
  const [first, ...more] = typed;
  switch (command) {
    case "/inbox":
      return more.length === 0
        ? { do: "list", which: first }
        : { slip: "/inbox takes one number, as in: /inbox 2" };
    case "/answer":
      if (first === undefined || more.length === 0)
        return { slip: "/answer needs the number of the question and the answer, as in: /answer 1 blue" };
      return { do: "answer", which: first, given: more };
    case "/approve":
      return first === undefined || first.toLowerCase() === "always"
        ? approval(undefined, typed)
        : approval(first, more);
    case "/deny":
      return isRequest(first)
        ? { do: "deny", which: first, reason: reasonOf(more) }
        : { do: "deny", which: undefined, reason: reasonOf(typed) };
  }
}

function approval(
  which: string | undefined,
  [always, scope, ...more]: readonly string[],
): Decision | { readonly slip: string } {
  if (always === undefined) return { do: "approve", which, always: undefined };
  const read = ApprovalScope.safeParse(scope?.toLowerCase());
  if (always.toLowerCase() === "always" && read.success && more.length === 0)
    return { do: "approve", which, always: read.data };
  const near =
    always.toLowerCase() === "always" && scope !== undefined ? suggestion(scope, ApprovalScope.options) : "";
  return {
    slip: `"${[always, scope, ...more].filter((word) => word !== undefined).join(" ")}" cannot stand there${near || "; type /approve 1, /approve 1 always worker or /approve 1 always tool"}`,
  };
}

/** Whether a word names a request. Any other is where a reason begins. */
function isRequest(word: string | undefined): word is string {
  return word !== undefined && /^(?:\d{1,6}|\S+\/\S+)$/u.test(word);
}

function reasonOf(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(" ");
}
