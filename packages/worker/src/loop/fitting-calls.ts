import { isCharged, type AgentCommand, type ToolCallState } from "@colony/core";

/**
 * What is begun of a batch of calls for which a budget has not enough room: the first that fit, in the order in which the
 * model asked for them. The others are answered in words, and the execution is to come to its end.
 */
export function callsThatFit(
  commands: readonly AgentCommand[],
  limit: {
    /** Calls that there is room for. */
    readonly room: number;
    readonly calls: readonly ToolCallState[];
    /** Which budget, and what it has come to. */
    readonly reason: string;
  },
): readonly AgentCommand[] {
  const { calls, reason } = limit;
  let { room } = limit;
  const kept: AgentCommand[] = [];
  for (const command of commands) {
    const call = command.type === "tool.start" ? chargedBy(command, calls) : undefined;
    if (call === undefined) kept.push(command);
    else if (room > 0) {
      kept.push(command);
      room -= 1;
    } else kept.push(notMade(call, reason));
  }
  return [...kept, { type: "execution.wrap_up", limit: "budget", reason }];
}

/** The call that a command begins, where that is charged. */
function chargedBy(
  command: Extract<AgentCommand, { readonly type: "tool.start" }>,
  calls: readonly ToolCallState[],
): ToolCallState | undefined {
  const [start] = command.calls;
  const call = calls.find(({ callId }) => callId === start?.callId);
  if (start === undefined || call === undefined) return undefined;
  const { name, attempts } = call;
  return isCharged({ name, effect: start.effect, attempt: attempts + 1 }) ? call : undefined;
}

function notMade({ callId, name, status, effect }: ToolCallState, reason: string): AgentCommand {
  if (status === "requested") {
    const output = `The call of "${name}" was not made: ${reason}.`;
    return { type: "tool.complete", callId, result: { status: "error", output }, durationMs: 0 };
  }
  const words = `"${name}" had begun when its host stopped, and was not run again: ${reason}.`;
  if (effect === "pure")
    return { type: "tool.complete", callId, result: { status: "error", output: words }, durationMs: 0 };
  const output = `${words} Whether it took effect is not known.`;
  return { type: "tool.unknown", callId, result: { status: "unknown", output } };
}
