import { expect, it } from "vitest";
import { Arguments } from "../arguments/arguments.ts";
import { resolveSettings } from "../settings/resolve-settings.ts";
import { notifierFor } from "./notifier-for.ts";

const from = (texts: Record<string, string>, env: Record<string, string> = {}) =>
  notifierFor(resolveSettings({ args: new Arguments({ texts: Object.entries(texts) }), env, cwd: "/" }));

it("nobody tells anybody where nothing is set", () => {
  expect(from({})).toBeUndefined();
  expect(from({}, { COLONY_NOTIFY_SECRET: "s" })).toBeUndefined();
});

it("a command or an address with its secret makes a notifier", () => {
  expect(from({ "notify-command": 'notify-send "$COLONY_NOTIFICATION_TEXT"' })).toBeDefined();
  expect(from({}, { COLONY_NOTIFY_COMMAND: "true" })).toBeDefined();
  expect(from({}, { COLONY_NOTIFY_WEBHOOK: "https://host/hook", COLONY_NOTIFY_SECRET: "s" })).toBeDefined();
});

it.each<readonly [Record<string, string>, Record<string, string>, string]>([
  [
    { "notify-command": "true", "notify-webhook": "https://host/" },
    {},
    "--notify-command and --notify-webhook are both set; people are told in one way, so set one of them",
  ],
  [
    { "notify-webhook": "https://host/" },
    {},
    "--notify-webhook is set and COLONY_NOTIFY_SECRET is not; set it to the text",
  ],
  [
    {},
    { COLONY_NOTIFY_WEBHOOK: "host", COLONY_NOTIFY_SECRET: "s" },
    'COLONY_NOTIFY_WEBHOOK is "host"; give an http or https address',
  ],
  [{ "notify-command": " " }, {}, '--notify-command is " "; give a command as for a shell'],
])("%j with %j is refused in a sentence", (texts, env, sentence) => {
  expect(() => from(texts, env)).toThrow(sentence);
});
