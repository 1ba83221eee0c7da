import { randomUUID } from "node:crypto";
import { mkdir, readdir, realpath, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ColonyError, messageOf, type JsonObject, type Message } from "@colony/core";
import { makeFolders } from "@colony/storage-sqlite";
import { requireMessages, requireParts } from "./given.ts";
import { storeMessage } from "./store-message.ts";
import { syncFolder, writeWhole } from "./write-file.ts";

/** What Hive's loader wants to know beside the messages. */
export interface PartsInfo {
  /** Stands in the cursor as the node that the conversation belongs to. */
  readonly agentId: string;
  readonly systemPrompt: string;
  /** Default 180000. */
  readonly maxContextTokens?: number;
  /** Names of the outputs that the agent was to set. Default none. */
  readonly outputKeys?: readonly string[];
  /** Outputs that were set. Default none. */
  readonly outputs?: JsonObject;
  /** Passes of the loop that are over; a loader goes on from the next. Default 0. */
  readonly iteration?: number;
}

/** Hive's own numbers for when to shorten a conversation. */
const COMPACTION = {
  compaction_threshold: 0.8,
  compaction_buffer_tokens: 8000,
  compaction_buffer_ratio: 0.4,
  compaction_warning_buffer_tokens: 12_000,
} as const;
const DEFAULT_MAX_CONTEXT_TOKENS = 180_000;

/**
 * Writes a conversation as a session folder that Hive loads and `readSeed` reads back to the same messages:
 * `conversations/parts/0000000000.json` and so on, `meta.json` and `cursor.json`. The folder must not exist or be
 * empty. It appears whole or not at all: everything is written beside it first and then renamed. Throws
 * `usage.invalid` where it cannot be written there.
 */
export async function exportParts(messages: readonly Message[], dir: string, info: PartsInfo): Promise<void> {
  requireMessages(messages);
  requireParts(dir, info);
  const target = await emptyTarget(resolve(dir));
  const building = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await build(building, messages, info);
    // Some systems rename over an empty folder, others refuse.
    await rmdir(target).catch(ignoreMissing);
    await rename(building, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw new ColonyError(
      "usage.invalid",
      `cannot write the conversation to "${dir}": ${messageOf(error)}; nothing of it is left there, choose another folder`,
      { cause: error, details: { dir } },
    );
  }
}

/** The folder behind any link, after a look that nothing is in it. */
async function emptyTarget(dir: string): Promise<string> {
  try {
    makeFolders(dirname(dir));
    const names = await readdir(dir).catch(ignoreMissing);
    if (names === undefined) return dir;
    if (names.length === 0) return await realpath(dir);
  } catch (error) {
    throw new ColonyError("usage.invalid", `cannot export to "${dir}": ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new ColonyError(
    "usage.invalid",
    `"${dir}" is not empty; name a folder that is empty or does not exist`,
    {
      details: { dir },
    },
  );
}

async function build(folder: string, messages: readonly Message[], info: PartsInfo): Promise<void> {
  const conversations = join(folder, "conversations");
  const parts = join(conversations, "parts");
  await mkdir(parts, { recursive: true });
  for (const [seq, message] of messages.entries()) {
    const name = `${String(seq).padStart(10, "0")}.json`;
    await writeWhole(parts, name, JSON.stringify(storeMessage(message, seq)));
  }
  await writeWhole(conversations, "meta.json", JSON.stringify(metaOf(info), null, 2));
  await writeWhole(conversations, "cursor.json", JSON.stringify(cursorOf(messages, info), null, 2));
  for (const written of [parts, conversations, folder]) await syncFolder(written);
}

const metaOf = (info: PartsInfo): JsonObject => ({
  system_prompt: info.systemPrompt,
  max_context_tokens: info.maxContextTokens ?? DEFAULT_MAX_CONTEXT_TOKENS,
  ...COMPACTION,
  output_keys: info.outputKeys ?? [],
});

const cursorOf = (messages: readonly Message[], info: PartsInfo): JsonObject => ({
  next_seq: messages.length,
  iteration: info.iteration ?? 0,
  node_id: info.agentId,
  outputs: info.outputs ?? {},
  tool_calls_used: messages.filter((message) => message.role === "tool").length,
  recent_responses: [],
  recent_tool_fingerprints: [],
  pending_input: null,
  user_stopped: false,
});

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
