import {
  MAX_JSON_DEPTH,
  messageOf,
  type JsonValue,
  type Tool,
  type ToolCallState,
  type Validated,
} from "@colony/core";
import { coerce } from "./coerce.ts";

/** A call that is ready to be run, or what to answer instead of running it. */
export type Prepared =
  | { readonly ready: true; readonly tool: Tool; readonly input: unknown }
  | { readonly ready: false; readonly status: "error" | "denied" | "cancelled"; readonly answer: string };

/** What calls are looked up in. */
export interface ToolShelf {
  readonly tools: ReadonlyMap<string, Tool>;
  /** Those that the model knows of. */
  readonly told: readonly { readonly name: string }[];
  /** Those that there are, and not for this agent. */
  readonly withheld: ReadonlySet<string>;
}

/** Looks a call's tool up and checks its input, gently. At once, unless the tool's schema takes its time. Neither throws nor rejects. */
export function prepareCall(
  { name, input, malformed }: Pick<ToolCallState, "name" | "input" | "malformed">,
  { tools, told, withheld }: ToolShelf,
): Prepared | Promise<Prepared> {
  const tool = tools.get(name);
  if (tool === undefined) {
    const known = told.map((each) => each.name).toSorted();
    const yours = known.length === 0 ? "You have no tools." : `Your tools are: ${known.join(", ")}.`;
    return withheld.has(name)
      ? not(`The tool "${name}" is not available to you. ${yours}`, "denied")
      : not(`There is no tool "${name}". ${yours}`);
  }
  if (malformed)
    return not(
      `The call of "${name}" was cut off, or its input is not valid JSON or is nested more than ${MAX_JSON_DEPTH} levels deep, so it was not run. Send it again with a shorter, complete input.`,
    );
  try {
    const prepared = checked(tool, input);
    return prepared instanceof Promise
      ? prepared.catch((error: unknown) => uncheckable(tool, error))
      : prepared;
  } catch (error) {
    return uncheckable(tool, error);
  }
}

/** What to answer where a call is not run. */
export function not(
  answer: string,
  status: Extract<Prepared, { ready: false }>["status"] = "error",
): Extract<Prepared, { ready: false }> {
  return { ready: false, status, answer };
}

function checked(tool: Tool, input: JsonValue): Prepared | Promise<Prepared> {
  const first = tool.validate(input);
  return first instanceof Promise
    ? first.then((validated) => gently(tool, input, validated))
    : gently(tool, input, first);
}

function gently(tool: Tool, input: JsonValue, validated: Validated): Prepared | Promise<Prepared> {
  if ("value" in validated) return { ready: true, tool, input: validated.value };
  // Some models say null where a tool takes nothing.
  const again = tool.validate(coerce(input ?? {}, tool.inputSchema));
  return again instanceof Promise
    ? again.then((second) => finished(tool, second, validated.problem))
    : finished(tool, again, validated.problem);
}

function finished(tool: Tool, validated: Validated, problem: string): Prepared {
  if ("value" in validated) return { ready: true, tool, input: validated.value };
  return not(`The input of "${tool.name}" does not fit: ${problem}. Mend it and call again.`);
}

function uncheckable(tool: Tool, error: unknown): Prepared {
  return not(`The input of "${tool.name}" could not be checked: ${messageOf(error)}`);
}
