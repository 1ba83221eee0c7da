import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { watchedFetch } from "../http/watched-fetch.ts";
import { Child } from "../stdio/child.ts";
import { StdioTransport } from "../stdio/stdio-transport.ts";
import { hidden, shownAddress } from "./hidden.ts";
import {
  isStdio,
  type HttpServerOptions,
  type McpServerOptions,
  type StdioServerOptions,
} from "./server-options.ts";

/** What a server's program is given of this process's environment. Keys and tokens of this process are none of its business. */
const INHERITED = [
  "HOME",
  "LANG",
  "LC_ALL",
  "LOGNAME",
  "PATH",
  "SHELL",
  "TERM",
  "TMPDIR",
  "TZ",
  "USER",
] as const;

/** How long the end of a session may take. Milliseconds. */
const GOODBYE_MS = 2_000;

/** What lies between a client and its server. */
export interface Line {
  readonly transport: Transport;
  /** How the server's program ended, in words; undefined where it runs, or is no program of ours. */
  fate(): string | undefined;
  /** Words about the server without what was given to it in confidence. */
  said(words: string): string;
  /** Ends what was started or begun. Never rejects; may be called twice. */
  close(): Promise<void>;
}

/** Starts the server's program, or makes ready to reach it. `onOver` tells of calls whose answers cannot come any more. */
export async function openLine(options: McpServerOptions, onOver: (callKey: string) => void): Promise<Line> {
  return isStdio(options) ? await stdioLine(options) : httpLine(options, onOver);
}

async function stdioLine(options: StdioServerOptions): Promise<Line> {
  const { command, args = [], env = {}, cwd } = options;
  const child = await Child.start({ command, args, env: { ...inherited(), ...env }, cwd });
  return {
    transport: new StdioTransport(child),
    fate: () => child.fate,
    said: (words) => hidden(words, options),
    close: async () => {
      await child.end();
    },
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function httpLine(options: HttpServerOptions, onOver: (callKey: string) => void): Line {
  const transport = new StreamableHTTPClientTransport(new URL(options.url), {
    requestInit: { headers: { ...options.headers } },
    fetch: watchedFetch(onOver),
  });
  const shown = shownAddress(options.url);
  return {
    transport,
    fate: () => undefined,
    said: (words) => hidden(words.replaceAll(options.url, shown), options),
    close: async () => {
      // The server keeps a session until it is told, or tires of it.
      const goodbye = transport.terminateSession().catch(() => undefined);
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, GOODBYE_MS).unref();
      });
      await Promise.race([goodbye, late]);
      await transport.close();
    },
  };
}
