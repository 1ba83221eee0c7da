import { ExplicitReportStatus, type JsonObject, type JsonValue, type Tool } from "@colony/core";
import { z } from "zod";

/** The name of the tool by which a worker reports. */
export const REPORT_TOOL = "report_to_parent";

const ReportInput = z.object({
  status: ExplicitReportStatus,
  summary: z.string().min(1),
  data: z.json().optional(),
  artifacts: z.array(z.record(z.string(), z.json())).optional(),
});

/** What a worker says with it, checked. */
export interface ReportInput {
  readonly status: ExplicitReportStatus;
  readonly summary: string;
  readonly data: JsonValue;
  readonly artifacts: readonly JsonObject[];
}

/** The tool by which a worker reports. What it does with a report is the loop's: it is recorded with the call's outcome. */
export function reportTool(schema: z.ZodType | undefined, jsonSchema: JsonObject | null): Tool {
  const properties: JsonObject = {
    status: { type: "string", enum: [...ExplicitReportStatus.options] },
    summary: { type: "string", description: "The outcome in words, complete: it is all that the parent reads first." },
    data: jsonSchema ?? { type: "object", description: "The outcome as data, if any." },
    artifacts: {
      type: "array",
      items: { type: "object" },
      description: "Things that were made, such as {path, description}.",
    },
  };
  return {
    name: REPORT_TOOL,
    description: "Report the outcome of your task and end your work. Call it once, when you are done or cannot go on.",
    inputSchema: {
      type: "object",
      properties,
      required: jsonSchema === null ? ["status", "summary"] : ["status", "summary", "data"],
    },
    effect: "idempotent",
    timeoutMs: 10_000,
    validate(input) {
      const checked = ReportInput.safeParse(input);
      if (!checked.success) return { problem: z.prettifyError(checked.error) };
      const { status, summary, data = {}, artifacts = [] } = checked.data;
      const said = { status, summary, artifacts };
      if (schema === undefined || (status === "failed" && checked.data.data === undefined))
        return { value: { ...said, data } };
      const fits = schema.safeParse(data);
      return fits.success
        ? { value: { ...said, data: fits.data } }
        : { problem: `data: ${z.prettifyError(fits.error)}` };
    },
    async run() {
      return "recorded";
    },
  };
}
