import { ColonyError, messageOf, type Tool, type ToolContext, type ToolResult } from "@colony/core";
import { bounded, type Bounded } from "./bounded.ts";
import { noted, shownResult, type Showing } from "./shown-result.ts";

/** How a tool is run. */
export interface RunToolOptions extends Omit<Showing, "log"> {
  readonly tool: Tool;
  readonly input: unknown;
  /** Whose signal is that of `stopping`. */
  readonly context: ToolContext;
}

/** Runs a tool once and makes a result of whatever comes of it. Never throws, and never waits for a tool that does not stop. */
export function runTool(options: RunToolOptions): ToolResult | Promise<ToolResult> {
  const { tool, input, context, stopping, clock } = options;
  const { timeoutMs } = tool;
  const ran = bounded(() => tool.run(input, context), { stopping, timeoutMs, clock });
  return ran instanceof Promise ? ran.then((came) => resultOf(came, options)) : resultOf(ran, options);
}

function resultOf(
  ran: Bounded<unknown>,
  { tool, context, blobs, clock, stopping, notice }: RunToolOptions,
): ToolResult | Promise<ToolResult> {
  const shown = { blobs, clock, stopping, notice, log: context.log };
  switch (ran.came) {
    case "back":
      return shownResult("ok", ran.value, shown);
    case "thrown": {
      const words = messageOf(ran.error);
      if (tool.effect === "once" && isUnknown(ran.error))
        return { status: "unknown", output: noted(words, notice) };
      return shownResult("error", words === "" ? `"${tool.name}" failed without a word.` : words, shown);
    }
    case "timed_out":
    case "called_off":
      return stopped(tool, { why: ran.came, notice });
  }
}

/** Whether a tool says itself that it cannot tell what has come of its call. */
function isUnknown(error: unknown): boolean {
  try {
    return error instanceof ColonyError && error.code === "tool.outcome_unknown";
  } catch {
    // What was thrown cannot even be looked at.
    return false;
  }
}

/** What is told of a tool that did not come back: of a `once` one nobody knows whether it took effect. */
function stopped(
  { name, effect, timeoutMs }: Tool,
  { why, notice }: { readonly why: "timed_out" | "called_off"; readonly notice: string | undefined },
): ToolResult {
  const words =
    why === "timed_out"
      ? `"${name}" did not finish within ${timeoutMs / 1_000} s and was stopped.`
      : `"${name}" was called off before it had finished.`;
  if (effect === "once")
    return { status: "unknown", output: noted(`${words} Whether it took effect is not known.`, notice) };
  return { status: why === "timed_out" ? "error" : "cancelled", output: noted(words, notice) };
}
