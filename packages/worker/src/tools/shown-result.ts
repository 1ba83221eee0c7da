import {
  MAX_RESULT_CHARACTERS,
  RESULT_PREVIEW_CHARACTERS,
  type JsonValue,
  type ToolResult,
  type ToolResultStatus,
} from "@colony/core";
import { jsonOutput } from "./json-output.ts";
import { keepBody, type Keeping } from "./keep-body.ts";

/** How a result is shown. */
export interface Showing extends Keeping {
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

async function preview(status: ToolResultStatus, text: string, showing: Showing): Promise<ToolResult> {
  const blob = await keepBody(text, showing);
  const start = text.slice(0, RESULT_PREVIEW_CHARACTERS).toWellFormed();
  const rest = blob === undefined ? "could not be stored and is lost" : "was left out";
  const words = `${start}\n\nThis is the beginning of ${text.length} characters; the rest ${rest}. Ask for less at a time.`;
  const shown = { status, output: noted(words, showing.notice) };
  return blob === undefined ? shown : { ...shown, blob };
}

/** An output together with a notice to the model. */
export function noted(output: JsonValue, notice: string | undefined): JsonValue {
  if (notice === undefined) return output;
  return typeof output === "string" ? `${output}\n\n${notice}` : { result: output, notice };
}
