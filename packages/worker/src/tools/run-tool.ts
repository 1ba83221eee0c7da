import {
  MAX_RESULT_CHARACTERS,
  RESULT_PREVIEW_CHARACTERS,
  messageOf,
  type BlobStore,
  type Clock,
  type JsonValue,
  type Tool,
  type ToolContext,
  type ToolResult,
} from "@colony/core";

/** How a tool is run. */
export interface RunToolOptions {
  readonly tool: Tool;
  readonly input: unknown;
  readonly context: ToolContext;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  /** What the model is told besides, such as that it repeats itself. */
  readonly notice: string | undefined;
}

/** How long a tool that was told to stop may take to do so before it is abandoned. Milliseconds. */
export const ABORT_GRACE_MS = 2_000;

/** Runs a tool once and makes a result of whatever comes of it. Never throws, and never waits for a tool that does not stop. */
export async function runTool(options: RunToolOptions): Promise<ToolResult> {
  const { tool, clock } = options;
  const aborting = new AbortController();
  const { signal } = options.context;
  const stop = (): void => aborting.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  let timedOut = false;
  const cancelTimer = clock.after(tool.timeoutMs, () => {
    timedOut = true;
    aborting.abort(new Error(`no result within ${tool.timeoutMs / 1_000} s`));
  });
  try {
    const running = start(options, aborting.signal);
    const output = await Promise.race([running, abandoned(aborting.signal, clock)]);
    if (output === ABANDONED || (aborting.signal.aborted && "error" in output)) return stopped(tool, timedOut);
    if ("error" in output) return { status: "error", output: noted(messageOf(output.error), options.notice) };
    return await shown(output.value, options);
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", stop);
    aborting.abort();
  }
}

type Ran = { readonly value: JsonValue } | { readonly error: unknown };

const ABANDONED = Symbol("abandoned");

async function start({ tool, input, context }: RunToolOptions, signal: AbortSignal): Promise<Ran> {
  try {
    return { value: await tool.run(input, { ...context, signal }) };
  } catch (error) {
    return { error };
  }
}

/** Resolves when the call was told to stop and has had its grace. */
async function abandoned(signal: AbortSignal, clock: Clock): Promise<typeof ABANDONED> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await new Promise<void>((resolve) => {
    clock.after(ABORT_GRACE_MS, resolve);
  });
  return ABANDONED;
}

function stopped(tool: Tool, timedOut: boolean): ToolResult {
  const doubt = tool.effect === "once" ? " Whether it took effect is not known." : "";
  if (timedOut) {
    const output = `"${tool.name}" did not finish within ${tool.timeoutMs / 1_000} s and was stopped.${doubt}`;
    return { status: tool.effect === "once" ? "unknown" : "error", output };
  }
  return {
    status: tool.effect === "once" ? "unknown" : "cancelled",
    output: `"${tool.name}" was called off before it had finished.${doubt}`,
  };
}

/** What a result becomes for the model: itself, or a preview of it with the whole kept aside. */
async function shown(value: JsonValue, { blobs, notice }: RunToolOptions): Promise<ToolResult> {
  const text = typeof value === "string" ? value : (JSON.stringify(value) as string | undefined);
  if (text === undefined) return { status: "error", output: "The tool returned something that is not JSON." };
  if (text.length <= MAX_RESULT_CHARACTERS) return { status: "ok", output: noted(value, notice) };
  const blob = await blobs.put(text);
  const preview = text.slice(0, RESULT_PREVIEW_CHARACTERS);
  const output = `${preview}\n\nThis is the beginning of ${text.length} characters; the rest was left out. Ask for less at a time.`;
  return { status: "ok", output: noted(output, notice), blob };
}

function noted(output: JsonValue, notice: string | undefined): JsonValue {
  if (notice === undefined) return output;
  return typeof output === "string" ? `${output}\n\n${notice}` : { result: output, notice };
}
