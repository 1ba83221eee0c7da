import { ColonyError, requireOptions, requireValue, type OptionTable } from "@colony/core";
import { z } from "zod";

const MOST_MS = 3_600_000;

const TIMEOUT = {
  fits: z.number().min(1).max(MOST_MS),
  give: "a number of milliseconds from 1 to 3,600,000",
};

const COMMAND: OptionTable = {
  command: {
    fits: z.string().refine((text) => text.trim() !== "" && !text.includes("\0")),
    give: "the name or the path of a program",
    required: true,
  },
  args: {
    fits: z.array(z.string().refine((text) => !text.includes("\0"))),
    give: "a list of texts",
  },
  timeoutMs: TIMEOUT,
};

const WEBHOOK: OptionTable = {
  url: {
    fits: z.string().refine(isAddress),
    give: "an http or https address",
    required: true,
  },
  secret: {
    fits: z.string().min(1),
    give: "the text that the receiver knows too, to tell our requests from others'",
    required: true,
  },
  timeoutMs: TIMEOUT,
};

/** Throws `settings.invalid`. */
export function requireCommandNotifier(options: unknown): void {
  const whole = "a command notifier needs an object; give { command }";
  requireOptions(options, COMMAND, { code: "settings.invalid", whole, of: "the command notifier" });
}

/** Throws `settings.invalid`. */
export function requireWebhookNotifier(options: unknown): void {
  const whole = "a webhook notifier needs an object; give { url, secret }";
  // What may hold a password is not shown.
  if (isSigned(options))
    throw new ColonyError(
      "settings.invalid",
      "the url of the webhook notifier has a name or a password in it; give it without, requests are signed with the secret",
    );
  requireOptions(options, WEBHOOK, { code: "settings.invalid", whole, of: "the webhook notifier" });
}

function isAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

function isSigned(options: unknown): boolean {
  try {
    const { url } = Object(options) as { readonly url?: unknown };
    const parsed = typeof url === "string" ? URL.parse(url) : null;
    return parsed !== null && (parsed.username !== "" || parsed.password !== "");
  } catch {
    // What throws when it is looked at is refused as no options.
    return false;
  }
}

const fn = z.custom<unknown>((value) => typeof value === "function");

/** Throws `settings.invalid`. */
export function requireNotifyingLogger(logger: unknown): void {
  requireValue(logger, {
    fits: z.looseObject({ info: fn, warn: fn }),
    what: "the logger of the log notifier",
    give: "a logger with debug, info, warn, error and child, such as createLogger() makes",
    code: "settings.invalid",
  });
}
