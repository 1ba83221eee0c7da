import type { AgentCommand, AgentState, CallId, ToolCallState, ToolCaller } from "@colony/core";
import type { Prepared } from "../tools/prepare.ts";

/** A call that could run as it is. */
export interface ReadyCall {
  readonly call: ToolCallState;
  readonly prepared: Extract<Prepared, { ready: true }>;
}

/** What comes before a call runs: nothing, a command that asks people, or the tool's own word on whether it is to be approved. */
export type Before = undefined | AgentCommand | "unknown";

interface PeopleFirstOptions {
  /** Tools that every agent may call without being asked about it. */
  readonly colony: { readonly colony: { readonly approvedTools?: readonly string[] } };
}

/** Which calls have to be asked about before they run. A call is asked about once; what it began with before stands. */
export class PeopleFirst {
  readonly #options: PeopleFirstOptions;
  /** What tools have said of calls, for those whose word takes its time. Made with the first. */
  #said: Map<CallId, boolean> | undefined;

  constructor(options: PeopleFirstOptions) {
    this.#options = options;
  }

  /** What comes before the call. Tools that answer at once are asked here, those that throw count as wanting a person. */
  before(state: AgentState, { call, prepared }: ReadyCall): Before {
    const { tool, input } = prepared;
    const { callId, status, approvedBy, name } = call;
    if (status !== "requested") return undefined;
    if (tool.asks !== undefined) {
      const { of, ...asked } = tool.asks(input);
      const to = of === "parent" ? state.record.parentId : null;
      return { type: "question.ask", callId, to, ...asked };
    }
    const { needsApproval = false } = tool;
    if (needsApproval === false || approvedBy !== undefined || this.#isApproved(state, name))
      return undefined;
    const needs = needsApproval === true ? true : (this.#said?.get(callId) ?? "unknown");
    if (needs === "unknown") return "unknown";
    return needs ? { type: "approval.request", callId } : undefined;
  }

  /** Asks a tool whether the call is to be approved. */
  async ask(state: AgentState, { prepared }: Pick<ReadyCall, "prepared">): Promise<boolean> {
    const { needsApproval = false } = prepared.tool;
    return typeof needsApproval === "boolean"
      ? needsApproval
      : await needsApproval(prepared.input, callerOf(state));
  }

  /** What a tool has said of a call, or what counts as that. */
  settle(callId: CallId, needs: boolean): void {
    (this.#said ??= new Map()).set(callId, needs);
  }

  /** The call has its outcome. */
  forget(callId: CallId): void {
    this.#said?.delete(callId);
  }

  #isApproved({ approvedTools }: AgentState, name: string): boolean {
    const { colony } = this.#options.colony;
    return approvedTools?.includes(name) === true || colony.approvedTools?.includes(name) === true;
  }
}

function callerOf({ record }: AgentState): ToolCaller {
  const { id, depth, execution } = record;
  if (execution === null) throw new Error("a tool is called inside an execution");
  return { id, depth, executionId: execution.id, correlationId: execution.correlationId ?? undefined };
}
