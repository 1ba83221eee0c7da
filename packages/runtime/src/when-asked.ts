import { loadedPart, type Budget, type Message } from "@colony/core";
import type { TriggerOptions } from "@colony/overseer";
import type { ColonyBudget } from "./budget.ts";
import type { Colony } from "./colony.ts";
import type { PartsInfo } from "./conversation/export-parts.ts";
import type { Seed } from "./conversation/read-seed.ts";
import type { ColonyOptions } from "./options.ts";
import type { ColonyReader } from "./reader.ts";
import type { FolderPruneSize } from "./retention-folder.ts";
import type { PruneOptions } from "./retention-pruning.ts";
import type { ColonySender } from "./sender.ts";
import type { SetTrigger } from "./triggers/colony-triggers.ts";

// Whoever only looks into a folder needs nothing of what runs agents, and the other way round: each of these loads its own.

/**
 * Opens a colony, new or old, and goes on with whatever was under way in it. Throws `settings.invalid`,
 * `definition.invalid`, `colony.folder_invalid`, `colony.in_use` and `log.newer_schema`.
 */
export async function openColony(options: ColonyOptions): Promise<Colony> {
  const part = await loadedPart(import("./open-colony.ts"));
  return await part.openColony(options);
}

/**
 * Opens a colony folder to look at it, as far as it can be read. Throws `colony.not_found`, `colony.folder_invalid`,
 * `log.corrupt` where nothing can be read, and `log.incomplete` where nothing is left.
 */
export async function openColonyReader(options: { readonly dir: string }): Promise<ColonyReader> {
  const part = await loadedPart(import("./reader.ts"));
  return await part.openColonyReader(options);
}

/**
 * Opens a colony folder to send something to it, beside the process that has it open or without one. Throws
 * `colony.not_found` and `colony.folder_invalid`; what it sends throws `colony.in_use` where the owner lives on another
 * machine, and `log.write_failed`.
 */
export async function openColonySender(options: { readonly dir: string }): Promise<ColonySender> {
  const part = await loadedPart(import("./open-sender.ts"));
  return await part.openColonySender(options);
}

/**
 * Sets what the colony of a folder may spend in all, without setting anything in it going. Throws `settings.invalid`,
 * `colony.not_found`, and `colony.in_use` where somebody has it open, who can set it, or where something that was sent before waits.
 */
export async function setFolderBudget(dir: string, budget: Budget): Promise<ColonyBudget> {
  const part = await loadedPart(import("./folder-budget.ts"));
  return await part.setFolderBudget(dir, budget);
}

/**
 * Sets a trigger of the colony of a folder, without setting anything in it going. Throws what `triggers.set` throws,
 * `colony.not_found`, and `colony.in_use` where somebody has it open, or something that was sent before waits.
 */
export async function setFolderTrigger(dir: string, options: TriggerOptions): Promise<SetTrigger> {
  const part = await loadedPart(import("./triggers/folder-triggers.ts"));
  return await part.setFolderTrigger(dir, options);
}

/** Takes a trigger away in the same way. Throws `trigger.not_found`, and `colony.not_found` and `colony.in_use` as that does. */
export async function removeFolderTrigger(dir: string, id: string): Promise<void> {
  const part = await loadedPart(import("./triggers/folder-triggers.ts"));
  await part.removeFolderTrigger(dir, id);
}

/**
 * Prunes the colony of a folder, without setting anything in it going; default: what workers that have been closed for 24 h
 * have said and done. Throws `colony.not_found`, and `colony.in_use` where somebody has it open: whoever that is can prune it.
 */
export async function pruneFolder(dir: string, options: PruneOptions = {}): Promise<FolderPruneSize> {
  const part = await loadedPart(import("./retention-folder.ts"));
  return await part.pruneFolder(dir, options);
}

/**
 * Reads a conversation that somebody has on disk and never writes there. The path may be a session folder with
 * `conversations/parts/`, a `conversations` folder, a folder of part files, or a JSONL file whose lines are messages
 * in our own shape or in that of OpenAI and Hive. Throws `seed.unreadable` where nothing of that is there, and
 * `seed.empty` where no message could be used; rejects with the signal's reason when aborted.
 */
export async function readSeed(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seed> {
  const part = await loadedPart(import("./conversation/read-seed.ts"));
  return await part.readSeed(path, options);
}

/**
 * Writes a conversation as a session folder that Hive loads and `readSeed` reads back to the same messages:
 * `conversations/parts/0000000000.json` and so on, `meta.json` and `cursor.json`. The folder must not exist or be
 * empty. It appears whole or not at all: everything is written beside it first and then renamed. Throws
 * `usage.invalid` where it cannot be written there.
 */
export async function exportParts(messages: readonly Message[], dir: string, info: PartsInfo): Promise<void> {
  const part = await loadedPart(import("./conversation/export-parts.ts"));
  await part.exportParts(messages, dir, info);
}
