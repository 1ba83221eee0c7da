import {
  JsonValueSchema,
  type JsonObject,
  type JsonValue,
  type ToolMessage,
  type ToolResultStatus,
} from "@colony/core";
import { contentOf, withBlocks } from "./content.ts";
import { givenBack, keptNames, usedNames } from "./kept-names.ts";
import { callIdOf } from "./stored-call.ts";
import { colonyIn, type ColonyField, type StoredMessage } from "./stored-message.ts";

/** Stands for the name of a tool that neither the result nor an earlier call tells. */
const UNNAMED_TOOL = "unknown";

/** A stored tool result as ours, or undefined where it does not say which call it answers. */
export function readToolMessage(
  record: JsonObject,
  stored: StoredMessage,
  options: { readonly colony: ColonyField; readonly nameOf: (callId: string) => string | undefined },
): ToolMessage | undefined {
  const { colony } = options;
  const id = stored.tool_use_id ?? stored.tool_call_id ?? "";
  if (id === "") return undefined;
  const callId = callIdOf(id);
  const written = typeof stored.name === "string" ? stored.name : undefined;
  const content = contentOf(stored);
  return {
    role: "tool",
    callId,
    name: colony.name ?? written ?? options.nameOf(callId) ?? UNNAMED_TOOL,
    result: {
      status: colony.status ?? plainStatus(stored.is_error === true),
      output: colony.output === "json" ? parsed(content.text) : content.text,
      ...(colony.blob !== undefined && { blob: colony.blob }),
      ...keptNames(record, {
        used: usedNames("name"),
        hidden: colony.meta,
        extra: withBlocks(stored.image_content, content),
      }),
    },
  };
}

/** A tool result as a part has it. Hive knows two outcomes; everything that is not `ok` is an error there. */
export function storeToolMessage({ callId, name, result }: ToolMessage): JsonObject {
  const failed = result.status !== "ok";
  const back = givenBack(result.meta, usedNames("name"));
  const colony: ColonyField = {
    name,
    ...(result.status !== plainStatus(failed) && { status: result.status }),
    ...(typeof result.output !== "string" && { output: "json" }),
    ...(result.blob !== undefined && { blob: result.blob }),
    ...(back.hidden !== undefined && { meta: back.hidden }),
  };
  return {
    role: "tool",
    content: typeof result.output === "string" ? result.output : JSON.stringify(result.output),
    tool_use_id: callId,
    ...(failed && { is_error: true }),
    ...back.plain,
    ...colonyIn(colony),
  };
}

const plainStatus = (failed: boolean): ToolResultStatus => (failed ? "error" : "ok");

/** The output behind its JSON text. Text that is no JSON any more was edited, and is the output itself. */
function parsed(text: string): JsonValue {
  try {
    return JsonValueSchema.parse(JSON.parse(text));
  } catch {
    return text;
  }
}
