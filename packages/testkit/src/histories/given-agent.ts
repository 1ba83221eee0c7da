import {
  agentId,
  callId,
  inputId,
  NO_USAGE,
  nextStep,
  type AgentCommand,
  type AgentCommands,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type EventData,
  type ExecutionEnd,
  type FinishReason,
  type InputMode,
  type JsonValue,
  type Report,
  type Step,
  type ToolEffect,
} from "@colony/core";
import { requireGiven } from "../given.ts";
import { HistoryStreams } from "./streams.ts";

type Spawn = Partial<EventData<"AGENT_SPAWNED">>;

/** A call that a model asks for. */
export interface GivenCall {
  readonly id: string;
  readonly name?: string;
  readonly input?: JsonValue;
}

/** An agent that exists, to be told commands one by one; its parent is an overseer. */
export function givenAgent(spawn: Spawn = {}): GivenAgent {
  return new GivenAgent(spawn);
}

/** One agent in a test of decisions: what happens to it are commands, what can be asked are its events and state. */
export class GivenAgent {
  readonly id: AgentId;
  readonly #streams = new HistoryStreams();
  #inputs = 0;

  constructor(spawn: Spawn) {
    requireGiven("what givenAgent is spawned with", spawn, "agent");
    const kind = spawn.kind ?? "worker";
    this.id = agentId(kind === "overseer" ? "overseer" : "w-1");
    if (kind === "worker")
      this.#spawn(agentId("overseer"), { kind: "overseer", lifetime: "persistent", task: null });
    this.#spawn(this.id, spawn);
  }

  get state(): AgentState {
    const state = this.#streams.state(this.id);
    if (state === undefined) throw new Error(`there is no agent "${this.id}"`);
    return state;
  }

  /** The overseer's state. */
  get parent(): AgentState | undefined {
    return this.#streams.state(agentId("overseer"));
  }

  /** The agent's own events. */
  get events(): readonly ColonyEvent[] {
    return this.#streams.events.filter((event) => event.agentId === this.id);
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  get now(): number {
    return this.#streams.now;
  }

  /** The newest report that it sent. */
  get report(): Report {
    const told = this.events.findLast((event) => event.type === "SUBAGENT_REPORT");
    if (told?.type !== "SUBAGENT_REPORT") throw new Error("nothing was reported");
    return told.data;
  }

  next(now = this.now): Step {
    return nextStep(this.state, now);
  }

  wait(ms: number): this {
    this.#streams.now += ms;
    return this;
  }

  /** Commands that are one commit; a refusal fails the test. */
  when(...commands: readonly AgentCommand[]): this {
    const { refusal } = this.#streams.perform(this.id, commands);
    if (refusal !== undefined) throw new Error(`${refusal.code}: ${refusal.message}`);
    return this;
  }

  /** Tries commands as the loop of an attempt; gives the code of the refusal. */
  tried(
    commands: readonly AgentCommand[],
    owner: Parameters<HistoryStreams["perform"]>[2] = {},
  ): string | undefined {
    return this.#streams.perform(this.id, commands, owner).refusal?.code;
  }

  started(): this {
    return this.when({ type: "execution.start", host: "host" });
  }

  /** An input arrives; its ids are `in-1`, `in-2` ... */
  input(text: string, mode: InputMode = "queue", more: Partial<AgentCommands["input.receive"]> = {}): this {
    this.#inputs += 1;
    const id = inputId(`in-${this.#inputs}`);
    return this.when({ type: "input.receive", inputId: id, kind: "chat", mode, from: "user", text, ...more });
  }

  /** Gives it what `nextStep` wants it to have, and asks the model. */
  asked(): this {
    const step = this.next();
    if (step.do !== "think") throw new Error(`it is not to think but to ${step.do}`);
    return this.when(
      { type: "input.deliver", inputIds: step.deliver },
      { type: "model.start", model: "test/model" },
    );
  }

  /** The model that was asked answers. */
  answered(
    text: string,
    calls: readonly GivenCall[] = [],
    usage: Partial<typeof NO_USAGE> & { readonly finishReason?: FinishReason } = {},
  ): this {
    const { finishReason = calls.length === 0 ? "stop" : "tool-calls", ...used } = usage;
    const parts = calls.map(({ id, name = "look", input = {} }) => ({
      type: "tool-call" as const,
      callId: callId(id),
      name,
      input,
    }));
    return this.when({
      type: "model.complete",
      callId: this.#modelCall(),
      message: { role: "assistant", parts: [{ type: "text", text }, ...parts] },
      finishReason,
      usage: { ...NO_USAGE, modelCalls: 1, ...used },
      durationMs: 1,
      firstTokenMs: null,
    });
  }

  /** The model that was asked fails. */
  failed(code: string, options: { readonly retryable?: boolean; readonly retryAfterMs?: number } = {}): this {
    const { retryable = true, retryAfterMs = 0 } = options;
    const error = { code, message: `${code} it was` };
    return this.when({ type: "model.fail", callId: this.#modelCall(), error, retryable, retryAfterMs });
  }

  toolStarted(id: string, effect: ToolEffect = "once"): this {
    return this.when({ type: "tool.start", calls: [{ callId: callId(id), effect }] });
  }

  toolDone(id: string, output: JsonValue = "done"): this {
    return this.when({
      type: "tool.complete",
      callId: callId(id),
      result: { status: "ok", output },
      durationMs: 1,
    });
  }

  /** It says of itself how it went. */
  reported(status: "success" | "partial" | "failed", summary: string): this {
    return this.when({ type: "report.record", status, summary, data: { of: summary }, artifacts: [] });
  }

  ended(end: ExecutionEnd, cause: Report["cause"], error: Report["error"] = null): this {
    return this.when({ type: "execution.end", end, cause, error });
  }

  /** Does the end that `nextStep` asks for. */
  endedAsAsked(): this {
    const step = this.next();
    if (step.do !== "end") throw new Error(`it is not to end but to ${step.do}`);
    return this.ended(step.end, step.cause, step.error);
  }

  #spawn(id: AgentId, spawn: Spawn): void {
    this.#streams.perform(id, [
      {
        type: "agent.spawn",
        data: {
          kind: "worker",
          lifetime: spawn.kind === "overseer" ? "persistent" : "ephemeral",
          parentId: spawn.kind === "overseer" ? null : agentId("overseer"),
          depth: spawn.kind === "overseer" ? 0 : 1,
          definitionId: "coder",
          name: null,
          label: null,
          task: spawn.kind === "overseer" ? null : "do it",
          batch: null,
          priority: 0,
          limits: { iterations: 5, toolCalls: 4, softWallMs: 60_000, hardWallMs: 120_000, parallelTools: 2 },
          reportSchema: null,
          ...spawn,
        },
      },
    ]);
  }

  #modelCall(): ReturnType<typeof callId> {
    const call = this.state.execution?.modelCall;
    if (call === undefined || call === null) throw new Error("no model was asked");
    return call.callId;
  }
}
