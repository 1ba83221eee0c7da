import type { AgentState, PendingInput } from "../state/agent-state.ts";

/**
 * What the agent is given now. A persistent agent begins an execution with one input and whatever reports wait, where
 * the task of its first execution is such an input; between its turns it gets reports and what is to steer it. An
 * ephemeral worker has one execution only, so it gets everything. What is to interrupt comes first.
 */
export function deliverable(state: AgentState): readonly PendingInput[] {
  const { inbox, record } = state;
  if (inbox.length === 0) return inbox;
  const interrupts = inbox.filter(({ mode }) => mode === "interrupt");
  const others = inbox.filter(({ mode }) => mode !== "interrupt");
  if (record.lifetime === "ephemeral") return [...interrupts, ...others];
  const steering = others.filter(({ mode }) => mode === "steer");
  if (!isBlank(state)) return [...interrupts, ...steering];
  const first = interrupts[0] ?? others.find(({ kind, mode }) => kind !== "report" && mode !== "steer");
  const chosen = new Set([...interrupts.slice(0, 1), ...steering, ...(first === undefined ? [] : [first])]);
  return [...interrupts.slice(0, 1), ...others.filter((input) => chosen.has(input))];
}

/** What has to be in the conversation before the execution may end as completed. */
export function mustSeeBeforeEnd(state: AgentState): readonly PendingInput[] {
  if (state.record.lifetime === "ephemeral") return state.inbox;
  return state.inbox.filter(({ kind, mode }) => mode === "steer" && kind !== "report");
}

/** Whether the execution has not asked its model anything yet, so that there is nothing to interrupt. */
export function atItsStart({ execution }: AgentState): boolean {
  return execution !== null && execution.modelCalls === 0;
}

/** Whether the execution has neither a task nor an input yet. */
function isBlank({ execution, conversation }: AgentState): boolean {
  return execution !== null && execution.modelCalls === 0 && conversation.length === execution.startsAt;
}
