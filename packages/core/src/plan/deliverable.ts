import type { AgentState, PendingInput } from "../state/agent-state.ts";

/**
 * What the agent is given now. A persistent agent begins an execution with one input and whatever reports wait, where
 * the task of its first execution is such an input; between its turns it gets reports and what is to steer it. An
 * ephemeral worker has one execution only, so it gets everything. What is to interrupt comes first. Inputs of several
 * triggers that came due together count as one.
 */
export function deliverable(state: AgentState): readonly PendingInput[] {
  const { inbox, record } = state;
  if (inbox.length === 0) return inbox;
  const interrupts = inbox.filter(({ mode }) => mode === "interrupt");
  const others = inbox.filter(({ mode }) => mode !== "interrupt");
  if (record.lifetime === "ephemeral") return [...interrupts, ...others];
  const steering = others.filter(({ mode }) => mode === "steer");
  if (!isBlank(state)) return [...interrupts, ...steering];
  const interrupting = dueTogether(interrupts);
  const queued = others.filter(({ kind, mode }) => kind !== "report" && mode !== "steer");
  const chosen = new Set([...steering, ...(interrupting.length > 0 ? [] : dueTogether(queued))]);
  return [...interrupting, ...others.filter((input) => chosen.has(input))];
}

/**
 * The first of some inputs, and where a trigger has sent it those behind it that others have sent at the same instant. A
 * second one of the same trigger is a matter of its own.
 */
function dueTogether(inputs: readonly PendingInput[]): readonly PendingInput[] {
  const [first] = inputs;
  if (first?.kind !== "trigger") return inputs.slice(0, 1);
  const triggers = new Set<string>();
  const end = inputs.findIndex((input) => {
    const joins =
      input.kind === "trigger" && input.receivedAt === first.receivedAt && !triggers.has(input.from);
    triggers.add(input.from);
    return !joins;
  });
  return end < 0 ? inputs : inputs.slice(0, end);
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
