import { join } from "node:path";
import { ColonyError, SILENT_LOGGER, type Budget, type Logger, type Notifier } from "@colony/core";
import type { ColonyFromFile } from "@colony/definitions";
import { createLogger, openColony, openColonyReader, type Colony } from "@colony/runtime";
import { lazyLogger } from "./lazy-logger.ts";
import { notifierFor } from "./notifier-for.ts";
import { refuseFile } from "./refuse-file.ts";
import { MEMORY, type Setting, type Settings } from "../settings/settings.ts";

/** The file in the colony folder that operators read. */
const LOG_FILE = "colony.log";

/** Opens the colony of these settings with those who are in it. What is typed wins over what a file says, and that over the rest. */
export async function openWithSettings(settings: Settings, from: ColonyFromFile): Promise<Colony> {
  const dir = settings.dir.value;
  await refuseFile(dir);
  const budget = await budgetOf(settings, from.budget);
  const notifier = notifierOf(settings, from.notifier);
  const prices = pricesOf(settings, from.prices);
  return await openColony({
    ...from,
    dir,
    ...(budget === undefined ? {} : { budget }),
    ...(notifier === undefined ? {} : { notifier }),
    ...(prices === undefined ? {} : { prices }),
    limits: {
      ...from.limits,
      ...retentionOf(settings, from.limits?.retentionMs),
      concurrency: chosen(settings.concurrency, from.limits?.concurrency),
      shutdownGraceMs: chosen(settings.graceMs, from.limits?.shutdownGraceMs),
    },
    logger: loggerFor(settings),
    takeOver: await takesOver(settings),
  });
}

/** Whether its owner is one of whom nobody here can tell whether it lives: one that does is not taken over, whatever was typed. */
async function takesOver({ dir, takeOver }: Settings): Promise<boolean> {
  if (takeOver === "off" || dir.value === MEMORY) return false;
  try {
    await using reader = await openColonyReader({ dir: dir.value });
    return reader.owner()?.life === "unknown";
  } catch (error) {
    if (error instanceof ColonyError && error.code === "colony.not_found") return false;
    throw error;
  }
}

function isTyped({ source }: Setting<unknown>): boolean {
  return source.startsWith("--");
}

function chosen<Value>(setting: Setting<Value>, said: Value | undefined): Value {
  return isTyped(setting) ? setting.value : (said ?? setting.value);
}

function retentionOf(settings: Settings, said: number | undefined): { readonly retentionMs?: number } {
  const retentionMs = chosen(settings.retentionMs, said);
  return retentionMs === undefined ? {} : { retentionMs };
}

function notifierOf(settings: Settings, said: Notifier | undefined): Notifier | undefined {
  const { notifyCommand, notifyWebhook } = settings;
  if (said !== undefined && !isTyped(notifyCommand) && !isTyped(notifyWebhook)) return said;
  return notifierFor(settings);
}

/** Model by model. */
function pricesOf({ prices }: Settings, said: ColonyFromFile["prices"]): ColonyFromFile["prices"] {
  if (said === undefined || typeof said === "function") return prices.value ?? said;
  return isTyped(prices) ? { ...said, ...prices.value } : { ...prices.value, ...said };
}

/** What was asked for, limit by limit, beside those that were set before; undefined where nothing was. */
async function budgetOf(settings: Settings, said: Budget = {}): Promise<Budget | undefined> {
  const { dir, budgetUsd, budgetTokens, budgetWallMs } = settings;
  const limits = [
    ["usd", budgetUsd],
    ["tokens", budgetTokens],
    ["wallMs", budgetWallMs],
  ] as const;
  const asked: Budget = {
    ...said,
    ...Object.fromEntries(
      limits.flatMap(([limit, setting]) => {
        const value = chosen(setting, said[limit]);
        return value === undefined ? [] : [[limit, value]];
      }),
    ),
  };
  if (Object.keys(asked).length === 0) return undefined;
  if (dir.value === MEMORY) return asked;
  try {
    await using reader = await openColonyReader({ dir: dir.value });
    return { ...reader.budget().budget, ...asked };
  } catch (error) {
    if (error instanceof ColonyError && error.code === "colony.not_found") return asked;
    throw error;
  }
}

/** Logs go to the colony's own file; to the terminal only where a person has asked for that. */
function loggerFor({ dir, logLevel }: Settings): Logger {
  const level = logLevel.value;
  if (level !== undefined) return createLogger({ level });
  if (dir.value === MEMORY) return SILENT_LOGGER;
  return lazyLogger(() => createLogger({ level: "info", destination: join(dir.value, LOG_FILE) }));
}
