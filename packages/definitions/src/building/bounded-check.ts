import { createContext, Script, type Context } from "node:vm";
import type { z } from "zod";

/** How long one check may hold everybody else up. Milliseconds. */
const LONGEST_MS = 500;

// A regular expression may need hours, and only the engine's own watchdog interrupts one: hence a script.
const CHECK = new Script("check()");

type Problem = Pick<z.core.$ZodIssue, "path" | "message">;

/** Checks what models say against a schema that may hold patterns. What takes too long does not fit. */
export function boundedCheck(schema: z.ZodType): (data: unknown) => readonly Problem[] {
  let context: Context | undefined;
  return (data) => {
    const found: Problem[] = [];
    context ??= createContext({});
    context["check"] = (): void => {
      found.push(...(schema.safeParse(data).error?.issues ?? []));
    };
    try {
      CHECK.runInContext(context, { timeout: LONGEST_MS });
      return found;
    } catch (error) {
      if (!isLate(error)) throw error;
      return [
        {
          path: [],
          message: `its check took more than ${LONGEST_MS / 1_000} s; say less, or say it in shorter texts`,
        },
      ];
    }
  };
}

function isLate(error: unknown): boolean {
  // It comes from the script's own world, whose errors are none of this one's.
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
