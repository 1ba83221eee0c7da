import { join } from "node:path";
import { SILENT_LOGGER, type Logger, type Model } from "@colony/core";
import { createLogger, openColony, type Colony } from "@colony/runtime";
import { createWorkspace } from "@colony/workspace";
import { colonyDefinitions } from "../definitions/colony-definitions.ts";
import { lazyLogger } from "./lazy-logger.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** The file in the colony folder that operators read. */
const LOG_FILE = "colony.log";

/** Opens the colony of these settings with a model, over the workspace; the colony's own folder is no part of that. */
export async function openWithSettings(settings: Settings, model: Model): Promise<Colony> {
  const dir = settings.dir.value;
  const workspace = await createWorkspace({
    root: settings.workspace.value,
    exclude: dir === MEMORY ? [] : [dir],
  });
  return await openColony({
    dir,
    ...colonyDefinitions(model, workspace.tools),
    limits: { concurrency: settings.concurrency.value },
    logger: loggerFor(settings),
  });
}

/** Logs go to the colony's own file; to the terminal only where a person has asked for that. */
function loggerFor({ dir, logLevel }: Settings): Logger {
  const level = logLevel.value;
  if (level !== undefined) return createLogger({ level });
  if (dir.value === MEMORY) return SILENT_LOGGER;
  return lazyLogger(() => createLogger({ level: "info", destination: join(dir.value, LOG_FILE) }));
}
