export { canonicalJson, isDeeperThan, JsonObjectSchema, JsonValueSchema } from "./json.ts";
export {
  AgentId,
  BatchId,
  CallId,
  COLONY_STREAM,
  ColonyId,
  CorrelationId,
  EventId,
  ExecutionId,
  InputId,
  ProcessId,
  TriggerId,
  agentId,
  batchId,
  callId,
  colonyId,
  correlationId,
  dueInputIdOf,
  eventIdOf,
  executionIdOf,
  inputId,
  triggerId,
} from "./ids.ts";
export { loadedPart } from "./loaded-part.ts";
export { ERROR_CODES } from "./errors/codes.ts";
export { ColonyError, messageOf } from "./errors/colony-error.ts";
export { EVENT_CATALOGUE, EVENT_TYPES, isEventType } from "./events/catalogue.ts";
export { colonyEventSchema, recipientOf, shapeVersionOf } from "./events/envelope.ts";
export { placedEvent, recordAppend, recordEvent } from "./events/record-event.ts";
export { AgentKind, AgentLimits, BatchPlace, Lifetime, SeedProblem } from "./events/agent.ts";
export { Budget, Host } from "./events/colony.ts";
export { ExecutionCause, ExecutionEnd, Failure } from "./events/execution.ts";
export { InputKind, InputMode } from "./events/inbox.ts";
export { FinishReason } from "./events/model.ts";
export { ProcessEnd } from "./events/process.ts";
export { ExplicitReportStatus, Report, ReportStatus } from "./events/report.ts";
export { CustomProfile, ProfileName, PromptProfile, PromptSection } from "./events/prompt-profile.ts";
export { ToolEffect } from "./events/tool.ts";
export { MissedPolicy, Schedule } from "./events/trigger.ts";
export {
  AssistantMessage,
  AssistantPart,
  BlobRef,
  FilePart,
  Message,
  MessageOrigin,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolMessage,
  ToolResult,
  ToolResultStatus,
  UserMessage,
  readableFiles,
  textOf,
} from "./messages/message.ts";
export { NO_USAGE, Usage, addUsage, isTold } from "./messages/usage.ts";
export { DEFAULT_TOOL_TIMEOUT_MS, checkStandard, defineTool, jsonSchemaOf } from "./define-tool.ts";
export { RUNTIME_TOOLS } from "./runtime-tools.ts";
export { isThenable } from "./thenable.ts";
export { SILENT_LOGGER } from "./ports/logger.ts";
export { NO_PROCESSES } from "./ports/processes.ts";
export { modelName } from "./ports/model.ts";
export {
  DEFAULT_OVERSEER_LIMITS,
  DEFAULT_WORKER_LIMITS,
  MAX_INPUT_CHARACTERS,
  MAX_JSON_DEPTH,
  MAX_RESULT_CHARACTERS,
  RESULT_PREVIEW_CHARACTERS,
} from "./settings/limits.ts";
export { spanMs } from "./settings/span.ts";
export { checkTimeoutMs } from "./settings/timeout.ts";
export { INPUT_OPTIONS } from "./settings/input-options.ts";
export { nearest } from "./settings/nearest.ts";
export { optionProblem, requireOptions, requireValue } from "./settings/option-check.ts";
export { shownValue } from "./settings/shown-value.ts";
export { newAccount } from "./budget/account.ts";
export { BudgetBook, narrowed } from "./budget/book.ts";
export { budgetProblem } from "./budget/problem.ts";
export { isCharged, needOf } from "./budget/amounts.ts";
export { decide } from "./commands/decide.ts";
export { decideColony } from "./commands/decide-colony.ts";
export { isRefusal } from "./commands/decision.ts";
export { noTrigger } from "./commands/trigger.ts";
export { mendConversation } from "./messages/mend.ts";
export { reportLine, reportsMessage } from "./messages/reports-message.ts";
export { activeMs } from "./plan/active-time.ts";
export { deliverable } from "./plan/deliverable.ts";
export { dispositionOf } from "./plan/disposition.ts";
export { questionsProblem } from "./commands/request.ts";
export { Answers, ApprovalScope, MAX_QUESTIONS } from "./events/request.ts";
export { readAnswer } from "./policies/answer.ts";
export { nextStep } from "./plan/next-step.ts";
export { openCalls } from "./plan/open-calls.ts";
export { stallOf, stallsAt } from "./plan/stall.ts";
export { deathsOf, isSuspect, needsQuiet, partyOf, underWay } from "./plan/suspect.ts";
export { MAX_REPEATS, TELL_REPEATS } from "./policies/limits.ts";
export { MAX_NOTIFY_TRIES, notificationOf, notifyDelayMs } from "./policies/notification.ts";
export { MAX_MODEL_TRIES, retryDelayMs } from "./policies/retry.ts";
export { messagesOf } from "./state/conversation.ts";
export { NEW_COLONY, concernsColony, evolveColony } from "./state/colony.ts";
export { applyToAgent, evolveAgent, trim, workingCopy } from "./state/evolve-agent.ts";
export { AgentIndex, type AgentPlace } from "./views/agent-index.ts";
export { snapshotOf, wholeUsageOf } from "./views/agent-snapshot.ts";
export { arrivalOf } from "./views/arrival.ts";
export { lastAnswer } from "./views/last-answer.ts";
export { pendingRequests, requestIdOf } from "./views/pending.ts";
export { agentList, listCursor, STATUS_WORDS } from "./views/agent-list.ts";
export { isEnded, statusWord } from "./views/status.ts";
export { PRUNED_TYPES, prunedRecord, prunedState } from "./state/pruned.ts";
export { MAX_MILESTONES, MAX_MILESTONE_CHARACTERS } from "./events/milestone.ts";
export { workersAtWork } from "./views/workers-at-work.ts";
export type {
  AgentCommand,
  AgentCommands,
  AgentCommandType,
  ColonyCommand,
  LimitOverrides,
} from "./commands/command.ts";
export type { OptionRule, OptionSpeech, OptionTable } from "./settings/option-check.ts";
export type { Account, Lack } from "./budget/account.ts";
export type { Amounts } from "./budget/amounts.ts";
export type { BookState, Overtime } from "./budget/book.ts";
export type { Decision, DecisionContext } from "./commands/decision.ts";
export type { TriggerCommand, TriggerOutcome } from "./commands/trigger.ts";
export type { Disposition } from "./plan/disposition.ts";
export type { Step, StepContext } from "./plan/next-step.ts";
export type {
  AgentRecord,
  AgentState,
  AgentStatus,
  AssistantEntry,
  ConversationEntry,
  DueNotice,
  ExecutionState,
  ExecutionStatus,
  ExecutionSummary,
  FiredInput,
  MilestoneSummary,
  OpenProcess,
  PendingInput,
  Phase,
  RecordedReport,
  ReportSummary,
  ToolCallState,
} from "./state/agent-state.ts";
export type { ColonyState, DispatchBlock } from "./state/colony.ts";
export type { Fact, FactOf } from "./state/fact.ts";
export type { TriggerState } from "./state/trigger.ts";
export type { AgentListing, AgentListQuery, AgentPage } from "./views/agent-list.ts";
export type { PrunedAgent } from "./events/retention.ts";
export type { Question } from "./events/request.ts";
export type { PendingRequest } from "./views/pending.ts";
export type { AgentSnapshot, LastOutcome } from "./views/agent-snapshot.ts";
export type { Arrival, Arriving } from "./views/arrival.ts";
export type { StatusWord } from "./views/status.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export type { ErrorCode, ErrorCodeRow, ErrorRemedy } from "./errors/codes.ts";
export type { Refusal } from "./errors/colony-error.ts";
export type { EventData, EventType } from "./events/catalogue.ts";
export type { ColonyEvent, Envelope, EventOf, NewEvent } from "./events/envelope.ts";
export type { EventPlace } from "./events/record-event.ts";
export type { Pulse, PulseType } from "./events/pulse.ts";
export type {
  Append,
  EventLog,
  EventPruning,
  EventQuery,
  LogRead,
  PrunedSize,
  Pruning,
} from "./ports/event-log.ts";
export type { Draft, DraftStore } from "./ports/draft-store.ts";
export type { Snapshot, SnapshotStore } from "./ports/snapshot-store.ts";
export type { BlobStore } from "./ports/blob-store.ts";
export type { Clock } from "./ports/clock.ts";
export type { IdSource } from "./ports/id-source.ts";
export type { Logger } from "./ports/logger.ts";
export type { Model, ModelPrompt, ModelRequest, ModelStreamPart, ModelTool } from "./ports/model.ts";
export type {
  Leasable,
  Reconciled,
  RefusedSpawn,
  RunProcessOptions,
  AskedQuestions,
  Tool,
  ToolCaller,
  ToolContext,
  ToolDefinition,
  Validated,
} from "./ports/tool.ts";
export type {
  OwnProcess,
  ProcessIdentity,
  ProcessOutcome,
  Processes,
  SpawnProcessOptions,
} from "./ports/processes.ts";
export type { Notification, Notifier } from "./ports/notifier.ts";
export type { Executor } from "./ports/executor.ts";
