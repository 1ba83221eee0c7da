import {
  SILENT_LOGGER,
  agentId,
  callId,
  executionIdOf,
  loadedPart,
  type JsonValue,
  type ToolContext,
} from "@colony/core";
import { errorWords } from "../errors/error-words.ts";
import { bytes } from "../render/units.ts";
import { counted } from "../render/words.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";
import { good, note, wrong, type Finding } from "./finding.ts";

/** What workers may read, and how its files are counted: asked of the very tool that they will use. */
export async function examineWorkspace({
  workspace,
  dir,
}: Pick<Settings, "workspace" | "dir">): Promise<readonly Finding[]> {
  try {
    const { createWorkspace } = await loadedPart(import("@colony/workspace"));
    const { root, tools } = await createWorkspace({
      root: workspace.value,
      exclude: dir.value === MEMORY ? [] : [dir.value],
    });
    const look = tools.find(({ name }) => name === "list_folder");
    if (look === undefined) return [];
    const listing = await look.run({ path: "." }, nobody());
    const source = field(listing, "source");
    const how = typeof source === "string" ? source : "find";
    const amount = `${counted(Number(field(listing, "files")), "file")}, ${bytes(Number(field(listing, "bytes")))}`;
    const remark = field(listing, "note");
    return [
      good("workspace", `${root}: ${amount}, as ${how} counts them`),
      ...(typeof remark === "string" ? [note("workspace", remark)] : []),
    ];
  } catch (error) {
    return [wrong("workspace", errorWords(error), "name a folder that can be read with --workspace")];
  }
}

function field(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** A tool is always called by an agent; here it is only looked through. */
function nobody(): ToolContext {
  const id = agentId("doctor");
  return {
    signal: new AbortController().signal,
    callId: callId("doctor"),
    callKey: "doctor",
    agent: { id, executionId: executionIdOf(id, 1), correlationId: undefined, depth: 0 },
    progress: () => undefined,
    milestone: async () => undefined,
    log: SILENT_LOGGER,
    runProcess: () => Promise.reject(new Error("there are no processes here")),
    lease: () => Promise.reject(new Error("there are no leases here")),
    taken: () => undefined,
  };
}
