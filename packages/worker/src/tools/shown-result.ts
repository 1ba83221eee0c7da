import {
  MAX_RESULT_CHARACTERS,
  RESULT_PREVIEW_CHARACTERS,
  messageOf,
  type BlobStore,
  type JsonValue,
  type Logger,
  type ToolResult,
  type ToolResultStatus,
} from "@colony/core";
import { jsonOutput } from "./json-output.ts";

/** How a result is shown. */
export interface Showing {
  readonly blobs: BlobStore;
  readonly log: Pick<Logger, "error">;
  /** What the model is told besides, such as that it repeats itself. */
  readonly notice: string | undefined;
}

/** What an output becomes for the model: itself, at once; or a preview of it, with the whole kept aside. */
export function shownResult(
  status: ToolResultStatus,
  output: unknown,
  showing: Showing,
): ToolResult | Promise<ToolResult> {
  const { notice } = showing;
  const json = jsonOutput(output);
  if ("problem" in json) {
    const words = `The tool has run, but what it returned cannot be shown: ${json.problem}.`;
    return { status: "error", output: noted(words, notice) };
  }
  const { value, text } = json;
  if (text.length <= MAX_RESULT_CHARACTERS) return { status, output: noted(value, notice) };
  return preview(status, text, showing);
}

async function preview(
  status: ToolResultStatus,
  text: string,
  { blobs, log, notice }: Showing,
): Promise<ToolResult> {
  const start = text.slice(0, RESULT_PREVIEW_CHARACTERS).toWellFormed();
  const words = `${start}\n\nThis is the beginning of ${text.length} characters; the rest was left out. Ask for less at a time.`;
  const shown = { status, output: noted(words, notice) };
  try {
    return { ...shown, blob: await blobs.put(text) };
  } catch (error) {
    log.error(
      { reason: messageOf(error), characters: text.length },
      "long tool result not stored, only its preview is kept",
    );
    return shown;
  }
}

/** An output together with a notice to the model. */
export function noted(output: JsonValue, notice: string | undefined): JsonValue {
  if (notice === undefined) return output;
  return typeof output === "string" ? `${output}\n\n${notice}` : { result: output, notice };
}
