import {
  checkStandard,
  ExplicitReportStatus,
  type JsonObject,
  type JsonValue,
  type Tool,
  type Validated,
} from "@colony/core";
import { z } from "zod";
import { jsonOutput } from "./json-output.ts";

/** The name of the tool by which a worker reports. */
export const REPORT_TOOL = "report_to_parent";

/** The group of that tool alone. */
export const REPORT_GROUP = "report";

const ReportInput = z.object({
  status: ExplicitReportStatus,
  summary: z.string().min(1),
  data: z.json().optional(),
  artifacts: z.array(z.record(z.string(), z.json())).optional(),
});

/** What a worker says with it, checked. */
interface ReportInput {
  readonly status: ExplicitReportStatus;
  readonly summary: string;
  readonly data: JsonValue;
  readonly artifacts: readonly JsonObject[];
}

/** The tool by which a worker reports. What it does with a report is the loop's: it is recorded with the call's outcome. */
export function reportTool(schema: z.core.$ZodType | undefined, jsonSchema: JsonObject | null): Tool {
  const properties: JsonObject = {
    status: { type: "string", enum: [...ExplicitReportStatus.options] },
    summary: {
      type: "string",
      description: "The outcome in words, complete: it is all that the parent reads first.",
    },
    data: jsonSchema ?? { type: "object", description: "The outcome as data, if any." },
    artifacts: {
      type: "array",
      items: { type: "object" },
      description: "Things that were made, such as {path, description}.",
    },
  };
  return {
    name: REPORT_TOOL,
    description:
      "Report the outcome of your task and end your work. Call it once, when you are done or cannot go on.",
    inputSchema: {
      type: "object",
      properties,
      required: jsonSchema === null ? ["status", "summary"] : ["status", "summary", "data"],
    },
    effect: "idempotent",
    timeoutMs: 10_000,
    group: REPORT_GROUP,
    validate(input) {
      const parsed = ReportInput.safeParse(input);
      if (!parsed.success) return checkStandard(ReportInput, input);
      const { status, summary, data = {}, artifacts = [] } = parsed.data;
      const said = { status, summary, artifacts };
      // Whoever failed may have nothing to show for it.
      if (schema === undefined || (status === "failed" && parsed.data.data === undefined))
        return { value: { ...said, data } };
      const fitting = checkStandard(schema, data);
      return fitting instanceof Promise
        ? fitting.then((fit) => withData(said, fit))
        : withData(said, fitting);
    },
    run: async () => "recorded",
  };
}

function withData(said: Omit<ReportInput, "data">, fit: Validated): Validated {
  if ("problem" in fit) return { problem: `data: ${fit.problem}` };
  // A schema may make something of the data that is not JSON, and reports are.
  const json = jsonOutput(fit.value);
  return "problem" in json ? { problem: `data: ${json.problem}` } : { value: { ...said, data: json.value } };
}
