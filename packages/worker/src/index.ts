export { unpricedModel } from "./unpriced-model.ts";
export { defineWorker, withLimits } from "./definition.ts";
export { systemTextFor } from "./loop/equipment.ts";
export { AgentLoop } from "./loop/agent-loop.ts";
export { DraftKeeper } from "./drafts/draft-keeper.ts";
export { HostProcesses } from "./processes/host-processes.ts";
export { promptOf } from "./prompt/prompt.ts";
export { ToldAtStart } from "./prompt/told-at-start.ts";
export { profileProblem } from "./prompt/profile.ts";
export { systemText } from "./prompt/system.ts";
export { REPORT_TOOL } from "./tools/report-tool.ts";
export {
  TOOL_SET_OPTIONS,
  allowedBy,
  leaves,
  names,
  requireKnown,
  requireReporting,
} from "./tools/tool-set.ts";
export { modelVersionProblem } from "./model/model-version.ts";
export { DEFAULT_MODEL_TIMEOUTS } from "./model/timeouts.ts";
export { AGENT_OPTIONS, WORKER_OPTIONS } from "./worker-options.ts";
export { workerInfoOf, workerResultOf } from "./worker-info.ts";
export type { AgentDefinition, ModelChoice, PriceOf, WorkerOptions } from "./definition.ts";
export type { HookRegistrar, WorkerHooks } from "./hooks/hooks.ts";
export type { Whose } from "./loop/equipment.ts";
export type { LoopDeps } from "./loop/deps.ts";
export type { Speaker } from "./prompt/system.ts";
export type { ToolSet } from "./tools/tool-set.ts";
export type { ModelTimeouts } from "./model/timeouts.ts";
export type { WorkerInfo, WorkerResult, WorkerResultStatus, WorkerStatus } from "./worker-info.ts";
