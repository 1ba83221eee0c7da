import { messageOf, type JsonObject } from "@colony/core";
import { z } from "zod";
import { boundedCheck } from "./bounded-check.ts";
import type { Path } from "../tree/node.ts";
import type { Building } from "./build.ts";

/**
 * A schema that reports are held to, told to models as it stands in the file. Undefined where it says what cannot be
 * checked here, which is a problem: a demand that nobody holds anybody to is none.
 */
export function reportSchema(
  report: JsonObject | z.ZodType,
  path: Path,
  { problems, file }: Building,
): z.ZodType | undefined {
  if (report instanceof z.ZodType) return report;
  const { $schema: _dialect, $id: _id, id: _old, ...told } = report;
  try {
    const check = boundedCheck(z.fromJSONSchema(told));
    return z
      .unknown()
      .superRefine((data, context) => {
        for (const { path: where, message } of check(data))
          context.addIssue({ code: "custom", path: [...where], message });
      })
      .meta(told);
  } catch (error) {
    problems.about(file.root, path, `is a JSON Schema that reports cannot be held to: ${messageOf(error)}`);
    return undefined;
  }
}
