export {
  exportParts,
  openColony,
  openColonyReader,
  openColonySender,
  pruneFolder,
  readSeed,
  removeFolderTrigger,
  setFolderBudget,
  setFolderTrigger,
} from "./when-asked.ts";
export { closeOnSignals } from "./adapters/close-on-signals.ts";
export { modelFetch } from "./adapters/model-fetch/model-fetch.ts";
export { OVERSEER_ID } from "./overseer-id.ts";
export { MODEL_PRICES, pricesOf } from "./prices.ts";
export { ownerOnly } from "./access/policy.ts";
export { commandNotifier } from "./notify/command-notifier.ts";
export { logNotifier } from "./notify/log-notifier.ts";
export { webhookNotifier } from "./notify/webhook-notifier.ts";
export { createLogger } from "./logger.ts";
export { RELEASE } from "./release.ts";
export { toJsonl } from "./conversation/to-jsonl.ts";
export { toMarkdown } from "./conversation/to-markdown.ts";
export { ColonyError, defineTool } from "@colony/core";
export { defineWorker } from "@colony/worker";
export type {
  AgentHandle,
  ClosedAgent,
  Colony,
  InjectOptions,
  InputOutcome,
  Receipt,
  SeedOutcome,
  SeedSource,
  SpawnOptions,
} from "./colony.ts";
export type { WaitForAgentsOptions, WaitTarget, WaitedForAgents } from "./handles/waiting.ts";
export type { AgentSnapshot, Arrival } from "@colony/core";
export type { ListOptions, WorkerList } from "./listing.ts";
export type { RetentionOptions } from "./retention.ts";
export type { FolderPruneSize } from "./retention-folder.ts";
export type { PruneOptions, PruneSize } from "./retention-pruning.ts";
export type { RunningAgent, RunningSnapshot } from "./running.ts";
export type {
  ColonyTriggers,
  FireOptions,
  FiredReceipt,
  SentTriggers,
  SetTrigger,
  SetTriggerId,
  Trigger,
} from "./triggers/colony-triggers.ts";
export type { StorageState } from "@colony/eventbus";
export type { AccessAction, AccessPolicy, AccessTarget } from "./access/policy.ts";
export type {
  AgentHandleFor,
  CallOffOptions,
  ColonyFor,
  SeedFor,
  SpawnOptionsFor,
} from "./access/colony-for.ts";
export type { Principal, Role } from "./access/principal.ts";
export type { CommandNotifierOptions } from "./notify/command-notifier.ts";
export type { WebhookNotifierOptions } from "./notify/webhook-notifier.ts";
export type { Notification, Notifier } from "@colony/core";
export type { ColonyBudget } from "./budget.ts";
export type { ModelPrice, PriceTable } from "./prices.ts";
export type { LoggerOptions } from "./logger.ts";
export type { TriggerOptions } from "@colony/overseer";
export type { OverseerOptions } from "@colony/overseer";
export type { ColonyLimits, ColonyOptions, ColonyStore } from "./options.ts";
export type { ModelFetchOptions } from "./adapters/model-fetch/model-fetch.ts";
export type { EndSignal } from "./adapters/close-on-signals.ts";
export type { ColonyReader } from "./reader.ts";
export type { SentPrompt } from "./prompts/sent-prompt.ts";
export type { ColonySender, Sent, SentInput } from "./sender.ts";
export type { LifeWord } from "./letters/life-letter.ts";
export type { FolderOwner } from "@colony/storage-sqlite";
export type { AgentDefinition, PriceOf, ToolSet, WorkerHooks, WorkerOptions } from "@colony/worker";
export type { PromptProfile } from "@colony/core";
