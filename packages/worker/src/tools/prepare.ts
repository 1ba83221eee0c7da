import type { JsonValue, Tool, ToolCallState, Validated } from "@colony/core";
import { coerce } from "./coerce.ts";

/** A call that is ready to be run, or what to answer instead of running it. */
export type Prepared =
  | { readonly ready: true; readonly tool: Tool; readonly input: unknown }
  | { readonly ready: false; readonly status: "error" | "denied"; readonly answer: string };

/** Looks a call's tool up and checks its input, gently. At once, unless the tool's schema takes its time. */
export function prepareCall(
  { name, input, malformed }: Pick<ToolCallState, "name" | "input" | "malformed">,
  tools: ReadonlyMap<string, Tool>,
): Prepared | Promise<Prepared> {
  const tool = tools.get(name);
  if (tool === undefined) {
    const known = [...tools.keys()].sort().join(", ");
    return not(`There is no tool "${name}". ${known === "" ? "You have no tools." : `Your tools are: ${known}.`}`);
  }
  if (malformed)
    return not(
      `The input of "${name}" is not valid JSON, perhaps because it was cut off. Send the call again with a shorter, complete input.`,
    );
  const first = tool.validate(input);
  return first instanceof Promise
    ? first.then((validated) => gently(tool, input, validated))
    : gently(tool, input, first);
}

function gently(tool: Tool, input: JsonValue, validated: Validated): Prepared | Promise<Prepared> {
  if ("value" in validated) return { ready: true, tool, input: validated.value };
  const again = tool.validate(coerce(input, tool.inputSchema));
  return again instanceof Promise
    ? again.then((second) => finished(tool, second, validated.problem))
    : finished(tool, again, validated.problem);
}

function finished(tool: Tool, validated: Validated, problem: string): Prepared {
  if ("value" in validated) return { ready: true, tool, input: validated.value };
  return not(`The input of "${tool.name}" does not fit: ${problem}. Mend it and call again.`);
}

function not(answer: string): Prepared {
  return { ready: false, status: "error", answer };
}
