import { messageOf, type Clock, type Tool, type ToolContext, type ToolResult } from "@colony/core";
import { bounded } from "./bounded.ts";
import { noted, shownResult, type Showing } from "./shown-result.ts";

/** How a tool is run. */
export interface RunToolOptions extends Omit<Showing, "log"> {
  readonly tool: Tool;
  readonly input: unknown;
  readonly context: ToolContext;
  readonly clock: Clock;
}

/** Runs a tool once and makes a result of whatever comes of it. Never throws, and never waits for a tool that does not stop. */
export async function runTool({
  tool,
  input,
  context,
  clock,
  ...showing
}: RunToolOptions): Promise<ToolResult> {
  let ended = false;
  const progress: ToolContext["progress"] = (message, data) => {
    if (!ended) context.progress(message, data);
  };
  const within = (signal: AbortSignal): ToolContext => ({
    ...context,
    progress,
    signal,
    runProcess: (command, args, options = {}) =>
      context.runProcess(command, args, {
        ...options,
        signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
      }),
  });
  const ran = await bounded((signal) => tool.run(input, within(signal)), {
    signal: context.signal,
    timeoutMs: tool.timeoutMs,
    clock,
  });
  ended = true;
  const shown = { ...showing, log: context.log };
  switch (ran.came) {
    case "back":
      return await shownResult("ok", ran.value, shown);
    case "thrown": {
      const words = messageOf(ran.error);
      return await shownResult(
        "error",
        words === "" ? `"${tool.name}" failed without a word.` : words,
        shown,
      );
    }
    case "timed_out":
    case "called_off":
      return stopped(tool, { why: ran.came, notice: showing.notice });
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
