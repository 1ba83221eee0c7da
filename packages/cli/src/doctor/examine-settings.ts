import { suggestion } from "../arguments/nearest.ts";
import type { Environment } from "../io/io.ts";
import { isNewEnough, LEAST_NODE } from "../node-version.ts";
import { SETTING_VARIABLES } from "../settings/resolve-settings.ts";
import type { Setting, Settings } from "../settings/settings.ts";
import { good, wrong, type Finding } from "./finding.ts";

/** Whether the Node that runs this is new enough. */
export function examineNode(version: string): Finding {
  return isNewEnough(version)
    ? good("node", version)
    : wrong("node", `${version} is too old`, `use Node ${LEAST_NODE} or newer; npm start brings one along`);
}

function named({ value, source }: Settings["prices"]): Setting<string | undefined> {
  return { value: value === undefined ? undefined : Object.keys(value).join(", "), source };
}

/** The rest of an address may be a secret. */
export function hostOf({ value, source }: Settings["notifyWebhook"]): Setting<string | undefined> {
  return {
    value: value === undefined ? undefined : (URL.parse(value)?.host ?? "of a wrong address"),
    source,
  };
}

/** Each setting with where it comes from, and variables that look like settings and are none. */
export function examineSettings(settings: Settings, env: Environment): readonly Finding[] {
  const shown: readonly (readonly [string, Setting<string | number | undefined>])[] = [
    ["folder", settings.dir],
    ["workspace", settings.workspace],
    ["file", settings.file],
    ["model", settings.model],
    ["concurrency", settings.concurrency],
    ["budget in US dollars", settings.budgetUsd],
    ["budget in tokens", settings.budgetTokens],
    ["budget of time in ms", settings.budgetWallMs],
    ["prices of", named(settings.prices)],
    ["notify command", settings.notifyCommand],
    ["notify webhook", hostOf(settings.notifyWebhook)],
    ["retention in ms", settings.retentionMs],
    ["logs", settings.logLevel],
  ];
  const words = shown
    .filter(([, { source }]) => source !== "default")
    .map(([name, { value, source }]) => `${name} ${value ?? ""} (${source})`);
  const strangers = Object.keys(env).filter(
    (name) => name.startsWith("COLONY_") && !SETTING_VARIABLES.some((known) => known === name),
  );
  return [
    good("settings", words.length === 0 ? "all as they are by default" : words.join(", ")),
    ...strangers.map((name) =>
      wrong(
        "settings",
        `${name} is set and means nothing here${suggestion(name, SETTING_VARIABLES)}`,
        `unset it, or use one of ${SETTING_VARIABLES.join(", ")}`,
      ),
    ),
  ];
}
