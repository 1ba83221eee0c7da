import { join } from "node:path";
import { ColonyError, SILENT_LOGGER, type Budget, type Logger, type Model } from "@colony/core";
import { createLogger, openColony, openColonyReader, type Colony } from "@colony/runtime";
import { createWorkspace } from "@colony/workspace";
import { colonyDefinitions } from "../definitions/colony-definitions.ts";
import { lazyLogger } from "./lazy-logger.ts";
import { refuseFile } from "./refuse-file.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** The file in the colony folder that operators read. */
const LOG_FILE = "colony.log";

/** Opens the colony of these settings with a model, over the workspace; the colony's own folder is no part of that. */
export async function openWithSettings(settings: Settings, model: Model): Promise<Colony> {
  const dir = settings.dir.value;
  await refuseFile(dir);
  const workspace = await createWorkspace({
    root: settings.workspace.value,
    exclude: dir === MEMORY ? [] : [dir],
  });
  const budget = await budgetOf(settings);
  return await openColony({
    dir,
    ...(budget === undefined ? {} : { budget }),
    ...(settings.prices.value === undefined ? {} : { prices: settings.prices.value }),
    ...colonyDefinitions(model, workspace.tools),
    limits: { concurrency: settings.concurrency.value, shutdownGraceMs: settings.graceMs.value },
    logger: loggerFor(settings),
  });
}

/** What was asked for, beside the limits that were set before; undefined where nothing was. */
async function budgetOf({
  dir,
  budgetUsd,
  budgetTokens,
  budgetWallMs,
}: Settings): Promise<Budget | undefined> {
  const asked: Budget = {
    ...(budgetUsd.value === undefined ? {} : { usd: budgetUsd.value }),
    ...(budgetTokens.value === undefined ? {} : { tokens: budgetTokens.value }),
    ...(budgetWallMs.value === undefined ? {} : { wallMs: budgetWallMs.value }),
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
