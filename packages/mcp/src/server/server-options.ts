import {
  ColonyError,
  DEFAULT_TOOL_TIMEOUT_MS,
  ToolEffect,
  requireOptions,
  requireValue,
  shownValue,
  type OptionTable,
} from "@colony/core";
import { z } from "zod";

/** What may be said of any MCP server. */
interface AnyServerOptions {
  /** What calls of its tools may do to the world, by the server's own names of them; default `once`. */
  readonly effects?: { readonly [tool: string]: ToolEffect };
  /**
   * Whether the server's own hints are believed where `effects` says nothing: `readOnlyHint` makes a tool `pure`,
   * `idempotentHint` `idempotent`. Default false: hints are a server's word about itself.
   */
  readonly trustHints?: boolean;
  /** How long one call may take; default 60,000. */
  readonly timeoutMs?: number;
  /** How long it may take until the server can be called, each time it is started; default 60,000. */
  readonly startTimeoutMs?: number;
  /** Texts that are never shown in what is said of it, besides the values of `env` and `headers`. */
  readonly secrets?: readonly string[];
}

/** A server that is a program: it is started for each execution that calls it, and talks on its standard input and output. */
export interface StdioServerOptions extends AnyServerOptions {
  /** The program, looked for as a shell does. */
  readonly command: string;
  readonly args?: readonly string[];
  /** What it is given besides PATH, HOME, LANG and the like; nothing else of this process's environment reaches it. */
  readonly env?: { readonly [name: string]: string };
  /** Default: this process's own working directory. */
  readonly cwd?: string;
}

/** A server that is reached by streamable HTTP. */
export interface HttpServerOptions extends AnyServerOptions {
  readonly url: string;
  /** Sent with each request, such as `authorization`. */
  readonly headers?: { readonly [name: string]: string };
}

/** How an MCP server is reached. */
export type McpServerOptions = StdioServerOptions | HttpServerOptions;

/** Default of `startTimeoutMs`. */
export const DEFAULT_START_TIMEOUT_MS = 60_000;

const timeout = z.number().min(1).max(2_147_483_647);
const GIVE_TIMEOUT = "a number of milliseconds from 1 to 2,147,483,647";
const texts = z.record(z.string(), z.string());

const ANY: OptionTable = {
  effects: {
    fits: z.record(z.string(), ToolEffect),
    give: 'an object of "pure", "idempotent" or "once" by tool',
  },
  trustHints: { fits: z.boolean(), give: "true or false" },
  timeoutMs: { fits: timeout, give: GIVE_TIMEOUT },
  startTimeoutMs: { fits: timeout, give: GIVE_TIMEOUT },
  secrets: { fits: z.array(z.string()), give: "a list of texts" },
};

const STDIO: OptionTable = {
  command: { fits: z.string().min(1), give: "a program", required: true },
  args: { fits: z.array(z.string()), give: "a list of texts" },
  env: { fits: texts, give: "an object of texts by variable" },
  cwd: { fits: z.string().min(1), give: "a folder" },
  ...ANY,
};

const HTTP: OptionTable = {
  url: {
    fits: z.url({ protocol: /^https?$/ }),
    give: "an address that begins with http:// or https://",
    required: true,
  },
  headers: { fits: texts, give: "an object of texts by header" },
  ...ANY,
};

/** Throws `settings.invalid` for what describes no server. */
export function checkServer(name: string, options: McpServerOptions): void {
  requireValue(name, {
    fits: z.string().min(1),
    what: "the name of an MCP server",
    give: "a text that its tools are named after",
    code: "settings.invalid",
  });
  const of = `the MCP server ${shownValue(name)}`;
  const whole = `${of} is described by an object with command (and args), or with url (and headers)`;
  if (!isDescribed(options)) throw new ColonyError("settings.invalid", whole);
  requireOptions(options, isStdio(options) ? STDIO : HTTP, { code: "settings.invalid", whole, of });
}

/** What programs hand in is not always what its type says, and may throw when it is looked at. */
function isDescribed(options: unknown): boolean {
  try {
    return typeof options === "object" && options !== null && ("command" in options || "url" in options);
  } catch {
    return false;
  }
}

const SIGNAL = {
  fits: z.custom<unknown>((value) => value instanceof AbortSignal),
  give: "the signal of an AbortController",
};

/** Holds by what asking servers is called off. Throws `settings.invalid`. */
export function checkWaiting(options: unknown, needs: "signal" | "nothing"): void {
  requireOptions(
    options,
    { signal: needs === "signal" ? { ...SIGNAL, required: true } : SIGNAL },
    {
      code: "settings.invalid",
      whole: "the options of asking MCP servers are no object; give { signal }",
      of: "asking MCP servers",
    },
  );
}

/** Holds servers by name; what each of them is, is held when it is asked. Throws `settings.invalid`. */
export function checkServers(servers: unknown): void {
  requireValue(servers, {
    fits: z.record(z.string(), z.unknown()),
    what: "which MCP servers there are",
    give: "an object of servers by name",
    code: "settings.invalid",
  });
}

/** Whether it is a program of this machine. */
export function isStdio(options: McpServerOptions): options is StdioServerOptions {
  return "command" in options;
}

/** How long a call of its tools may take. Milliseconds. */
export function timeoutOf({ timeoutMs = DEFAULT_TOOL_TIMEOUT_MS }: McpServerOptions): number {
  return timeoutMs;
}
