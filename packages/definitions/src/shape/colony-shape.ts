import { z } from "zod";
import { budget, overseer, worker } from "./agent.ts";
import { section } from "./key.ts";
import { mcpServer } from "./mcp-server.ts";
import { count, number, span, spanOrForever, text, texts, words } from "./values.ts";

const usd = number(z.number().min(0), "US dollars per million tokens, from 0");

const workerName = z.string().refine((name) => name.trim() !== "", "a name that says what it does");
const serverName = z.string().regex(/^[\w.-]{1,40}$/u, 'a name of 1 to 40 letters, digits, "_", "." or "-"');

const byName = "an object of definitions by name";

/** What a colony file may say. */
export const colonyShape = section({
  version: z.unknown().optional(),
  /** Gone when this is read; named here so that it is named among the keys. */
  extend: z.unknown().optional(),
  owner: words("who owns the colony").optional(),
  overseer: overseer.optional(),
  workers: z.record(workerName, worker, byName).optional(),
  limits: section({
    concurrency: count(1, 100_000).optional(),
    maxDepth: count(0, 16).optional(),
    shutdownGrace: span().optional(),
    processGrace: span().optional(),
    notifyTimeout: span(1).optional(),
    retention: spanOrForever.optional(),
  }).optional(),
  budget: budget.optional(),
  retention: section({
    keep: span().optional(),
    prune: z.enum(["never", "events"], '"never" or "events"').optional(),
  }).optional(),
  prices: z
    .record(
      z.string(),
      section({ inputUsd: usd, cachedInputUsd: usd.optional(), outputUsd: usd }),
      "an object of prices by model",
    )
    .optional(),
  mcpServers: z.record(serverName, mcpServer, "an object of MCP servers by name").optional(),
  notify: section({
    command: words("a program").optional(),
    args: texts("a list of texts").optional(),
    webhook: text()
      .pipe(z.url({ protocol: /^https?$/u, error: "an address that begins with http:// or https://" }))
      .optional(),
    secret: words("the secret that notifications are signed with").optional(),
    timeout: span(1).optional(),
  }).optional(),
});

/** What a colony file says, checked. */
export type DeclaredColony = z.infer<typeof colonyShape>;
