export { openColony } from "./open-colony.ts";
export { closeOnSignals } from "./adapters/close-on-signals.ts";
export { openColonyReader } from "./reader.ts";
export { openColonySender } from "./open-sender.ts";
export { OVERSEER_ID } from "./overseer-id.ts";
export { MODEL_PRICES, pricesOf } from "./prices.ts";
export { setFolderBudget } from "./folder-budget.ts";
export { createLogger } from "./logger.ts";
export { RELEASE } from "./release.ts";
export { exportParts } from "./conversation/export-parts.ts";
export { readSeed } from "./conversation/read-seed.ts";
export { toJsonl } from "./conversation/to-jsonl.ts";
export { toMarkdown } from "./conversation/to-markdown.ts";
export { ColonyError, defineTool } from "@colony/core";
export { defineWorker } from "@colony/worker";
export type {
  AgentHandle,
  Colony,
  InjectOptions,
  InputOutcome,
  Receipt,
  SeedOutcome,
  SeedSource,
  SpawnOptions,
} from "./colony.ts";
export type { StorageState } from "@colony/eventbus";
export type { ColonyBudget } from "./budget.ts";
export type { ModelPrice, PriceTable } from "./prices.ts";
export type { LoggerOptions } from "./logger.ts";
export type { OverseerOptions } from "@colony/overseer";
export type { ColonyLimits, ColonyOptions, ColonyStore } from "./options.ts";
export type { EndSignal } from "./adapters/close-on-signals.ts";
export type { ColonyReader } from "./reader.ts";
export type { ColonySender, Sent, SentInput } from "./sender.ts";
export type { FolderOwner } from "@colony/storage-sqlite";
export type { AgentDefinition, PriceOf, WorkerHooks, WorkerOptions } from "@colony/worker";
