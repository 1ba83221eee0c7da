/** What a caller may do about an error: nothing, try again as it is, or change something first. */
export type ErrorRemedy = "final" | "retry" | "change";

/** A row of the error table. `http` is the status that an HTTP face answers with. */
export interface ErrorCodeRow {
  readonly meaning: string;
  readonly remedy: ErrorRemedy;
  readonly http: number;
}

const row = (meaning: string, remedy: ErrorRemedy, http: number): ErrorCodeRow => ({ meaning, remedy, http });

/** Every error code of Colony, with its meaning, what helps, and its HTTP status. */
export const ERROR_CODES = {
  "usage.invalid": row("A command, option or argument is wrong.", "change", 400),
  "settings.invalid": row("A setting has a value it may not have.", "change", 400),
  "colony.closed": row("The colony has been closed.", "final", 409),
  "colony.folder_invalid": row("The colony folder cannot be used.", "change", 400),
  "colony.not_found": row("There is no colony in that folder.", "change", 404),
  "colony.in_use": row("Another live process owns the colony folder.", "retry", 409),
  "agent.not_found": row("No agent has that id or name.", "change", 404),
  "agent.exists": row("An agent with that id has already been spawned.", "final", 409),
  "agent.name_taken": row("Another agent of this colony has that name.", "change", 409),
  "agent.closed": row("The agent is closed and takes no more of this.", "final", 409),
  "agent.not_pending": row("Only an agent that has not started can be given this.", "final", 409),
  "agent.busy": row("The agent is at work, and this needs it idle.", "retry", 409),
  "definition.not_found": row("No worker definition has that name.", "change", 404),
  "definition.invalid": row("A worker or tool definition is wrong.", "change", 400),
  "spawn.refused": row(
    "The worker may not be spawned (its task, name or budget, or the colony is stopped).",
    "change",
    409,
  ),
  "spawn.too_deep": row(
    "The worker would stand deeper than a budget or the colony's own limit allows.",
    "change",
    409,
  ),
  "execution.exists": row("The agent already has an execution that has not ended.", "retry", 409),
  "execution.not_queued": row("The execution is not waiting to be started.", "final", 409),
  "execution.not_running": row("The execution is not running.", "final", 409),
  "execution.ended": row("The execution has already ended; the first end stands.", "final", 409),
  "execution.cancelling": row("A cancel was asked for; only the end may follow.", "final", 409),
  "execution.stale_attempt": row("Another attempt has taken the execution over.", "final", 409),
  "execution.inputs_pending": row(
    "Inputs have arrived that the agent must see before it ends.",
    "retry",
    409,
  ),
  "execution.failed": row("The execution ended without success.", "change", 502),
  "execution.stalled": row("The execution got nothing done for too long.", "change", 504),
  "execution.cancelled": row("The execution was cancelled.", "final", 409),
  "budget.exhausted": row("A budget has no room for this; a person may raise it.", "change", 402),
  "budget.held": row("A budget has no room for this until calls under way have ended.", "retry", 429),
  "input.not_found": row("No pending input has that id.", "final", 404),
  "input.invalid": row("The input is empty, too large or of the wrong shape.", "change", 400),
  "input.key_conflict": row("The idempotency key was used before for a different input.", "change", 409),
  "model_call.not_open": row("That model call is not the one in progress.", "final", 409),
  "tool_call.not_open": row("That tool call is not waiting for this.", "final", 409),
  "model.missing_key": row("The model provider needs a key that is not set.", "change", 401),
  "model.unknown": row("The model name is not understood.", "change", 400),
  "model.auth": row("The provider refused the key.", "change", 401),
  "model.rejected": row("The provider rejected the request.", "change", 400),
  "model.rate_limited": row("The provider asks to slow down.", "retry", 429),
  "model.overloaded": row("The provider is overloaded or failing.", "retry", 503),
  "model.unreachable": row("The provider cannot be reached.", "retry", 502),
  "model.timeout": row("The provider did not answer in time.", "retry", 504),
  "model.broken_stream": row("The provider's answer broke off or could not be read.", "retry", 502),
  "model.empty_response": row("The model answered with nothing.", "retry", 502),
  "model.cut_short": row("The model's answer reached its longest length and ends there.", "change", 502),
  "tool.unknown": row("The model asked for a tool that does not exist.", "change", 400),
  "tool.invalid_input": row("The tool's input does not fit its schema.", "change", 400),
  "tool.failed": row("The tool failed.", "change", 502),
  "tool.timeout": row("The tool did not finish in time.", "retry", 504),
  "tool.vetoed": row("A hook forbade the tool call.", "change", 403),
  "process.not_found": row("There is no such program.", "change", 400),
  "process.not_started": row("The process could not be started.", "change", 500),
  "process.not_ended": row("The process does not end, not even by force.", "retry", 500),
  "process.not_open": row("That process is not recorded as running.", "final", 409),
  "workspace.outside": row("The path leads out of the workspace.", "change", 403),
  "workspace.not_found": row("There is no such file or folder in the workspace.", "change", 404),
  "workspace.invalid": row("The workspace cannot be used.", "change", 400),
  "seed.unreadable": row("The conversation to seed from cannot be read.", "change", 400),
  "seed.empty": row("There is no usable message to seed from.", "change", 400),
  "log.conflict": row("The stream has moved on: somebody else wrote to it.", "retry", 409),
  "log.corrupt": row("A stored event cannot be read.", "final", 500),
  "log.write_failed": row("The log could not be written; nothing of it was stored.", "retry", 507),
  "log.incomplete": row("The newest events of the log are missing.", "change", 500),
  "log.gone": row("The log was removed or replaced while it was open.", "retry", 500),
  "log.closed": row("The log has been closed.", "final", 409),
  "log.newer_schema": row("The log was written by a newer release.", "change", 409),
  "blob.missing": row("A stored body is missing or damaged.", "final", 500),
  "feed.beyond_head": row("There is no event yet at the place where the feed is to begin.", "change", 416),
  "wait.aborted": row("The wait was called off.", "final", 499),
} as const satisfies Record<string, ErrorCodeRow>;

/** One of the codes in the error table. */
export type ErrorCode = keyof typeof ERROR_CODES;
