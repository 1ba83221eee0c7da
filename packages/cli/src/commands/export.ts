import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ColonyError, type AgentId, type AgentState } from "@colony/core";
import { exportParts, toJsonl, toMarkdown, type ColonyReader } from "@colony/runtime";
import { systemText } from "@colony/worker";
import { suggestion } from "../arguments/nearest.ts";
import { findAgent } from "../colony/find-agent.ts";
import { openReader } from "../colony/open-reader.ts";
import { instructionsOf } from "../definitions/colony-definitions.ts";
import { unwrittenFile } from "../errors/unwritten-file.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { agentName, spent, statusShown, usageOf } from "../render/agent-words.ts";
import { moment } from "../render/units.ts";
import { counted } from "../render/words.ts";
import type { Command, CommandContext } from "./command.ts";

const FORMATS = ["md", "jsonl", "parts"] as const;
type Format = (typeof FORMATS)[number];

/** `export`: a conversation as files that others can read. */
export const exportCommand: Command = {
  name: "export",
  summary: "write an agent's conversation as Markdown, JSONL or a parts folder",
  details: [
    "md and jsonl go to standard output unless --out names a file; parts is a folder and needs --out.",
    'What stands in the way is never overwritten. "colony seed" reads jsonl and parts back.',
  ],
  positional: { name: "agent", required: true, example: "overseer --format md" },
  options: [
    { name: "format", value: "FORMAT", says: `${FORMATS.join(", ")} (default md)` },
    { name: "out", short: "o", value: "PATH", says: "the file or folder to write" },
  ],
  examples: [
    "export overseer",
    "export overseer --format jsonl --out talk.jsonl",
    "export w-4f2k --format parts --out ./session",
  ],
  run,
};

async function run({ io, args, settings }: CommandContext): Promise<number> {
  const format = formatNamed(args.text("format") ?? "md");
  if (settings.output === "json")
    throw new ColonyError(
      "usage.invalid",
      '"export" writes no --json; use --format jsonl, which has one JSON object per message',
    );
  const out = args.text("out");
  const path = out === undefined ? undefined : resolve(io.cwd, out);
  if (format === "parts" && path === undefined)
    throw new ColonyError("usage.invalid", "parts is a folder, so say where: --out PATH");
  await using reader = await openReader(settings);
  const { id } = findAgent(reader.agents(), args.positionals[0] ?? "");
  const messages = await reader.conversation(id);
  const state = await reader.agent(id);
  if (format === "parts" && path !== undefined)
    await exportParts(messages, path, {
      agentId: id,
      systemPrompt: (await toldTo(reader, id)) ?? systemTextOf(state),
      iteration: state.record.execution?.turns ?? 0,
    });
  else {
    const text = format === "jsonl" ? toJsonl(messages) : await markdownOf(reader, id);
    if (path === undefined) await write(io.stdout, text);
    else await writeNew(path, text);
  }
  if (path !== undefined)
    tell(io.stderr, `${counted(messages.length, "message")} of ${id} written to ${path}`);
  return EXIT.success;
}

/** The system text of its newest model call, where that is known. */
async function toldTo(reader: ColonyReader, id: AgentId): Promise<string | undefined> {
  try {
    const { prompt, lack } = await reader.prompt(id);
    const [first] = prompt;
    return lack === null && first?.role === "system" ? first.content : undefined;
  } catch (error) {
    if (error instanceof ColonyError && error.code === "model_call.not_found") return undefined;
    throw error;
  }
}

/** What one that was never asked anything would be told, as far as that is known here. */
function systemTextOf({ record }: AgentState): string {
  const definition = { instructions: instructionsOf(record.definitionId) };
  return systemText({ record, definition, tools: [], delegates: false, asks: false });
}

async function markdownOf(reader: ColonyReader, id: Parameters<ColonyReader["agent"]>[0]): Promise<string> {
  const { record } = await reader.agent(id);
  const facts = {
    agent: id,
    status: statusShown(record),
    spawned: moment(record.spawnedAt),
    used: spent(usageOf(record)) || "nothing",
  };
  return toMarkdown(await reader.conversation(id), { title: `Conversation of ${agentName(record)}`, facts });
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (cause) {
    throw unwrittenFile(path, cause);
  }
}

function formatNamed(typed: string): Format {
  const format = FORMATS.find((name) => name === typed);
  if (format !== undefined) return format;
  const hint = suggestion(typed, FORMATS) || `; formats are ${FORMATS.join(", ")}`;
  throw new ColonyError("usage.invalid", `there is no format "${typed}"${hint}`);
}
