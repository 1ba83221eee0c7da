import {
  NO_PROCESSES,
  agentId,
  dispositionOf,
  inputId,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type BlobStore,
  type ColonyEvent,
  type EventLog,
  type EventOf,
  type EventType,
  type InputMode,
  type Logger,
  type ModelRequest,
  type Pulse,
  type Report,
} from "@colony/core";
import {
  createMemoryBlobStore,
  createMemoryDraftStore,
  createMemoryLog,
  createMemorySnapshotStore,
  EventBus,
  Ledger,
} from "@colony/eventbus";
import { createManualClock, createSequenceIds, type ManualClock } from "@colony/testkit";
import type { AgentDefinition } from "../definition.ts";
import { DraftKeeper } from "../drafts/draft-keeper.ts";
import { AgentLoop } from "../loop/agent-loop.ts";
import type { LoopDeps } from "../loop/deps.ts";
import { HostProcesses } from "../processes/host-processes.ts";

/** What a test colony is made of; whatever is left out is in memory. */
export interface TestColonyOptions extends Partial<Omit<LoopDeps, "ledger" | "bus" | "logger">> {
  readonly definition: AgentDefinition;
  /** Give an earlier colony's log to go on with it, as a new process would. */
  readonly log?: EventLog;
  readonly manualClock?: ManualClock;
}

/** How an agent is spawned; a worker with the task `Do it.` unless said otherwise. */
export interface SpawnOptions {
  readonly id?: string;
  readonly kind?: "worker" | "overseer";
  readonly task?: string | null;
  readonly limits?: AgentState["limits"];
}

/** A line that was logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly data: object;
  readonly message: string;
}

/** The agent that tests are about unless they say otherwise. */
export const WORKER: AgentId = agentId("w-1");

/** A ledger, a bus and an agent loop in one process, with a clock that stands still: everything but a supervisor. */
export class TestColony implements AsyncDisposable {
  readonly log: EventLog;
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly blobs: BlobStore;
  readonly clock: ManualClock;
  readonly loop: AgentLoop;
  readonly logged: LogLine[] = [];
  readonly pulses: Pulse[] = [];
  /** Everything that was recorded since this colony was opened. */
  readonly events: ColonyEvent[] = [];
  readonly #definition: AgentDefinition;
  readonly #ids = createSequenceIds();
  readonly #stop: () => void;

  private constructor(
    options: TestColonyOptions,
    made: { log: EventLog; ledger: Ledger; clock: ManualClock },
  ) {
    const { definition, manualClock: _clock, log: _log, ...rest } = options;
    this.log = made.log;
    this.ledger = made.ledger;
    this.clock = made.clock;
    this.#definition = definition;
    this.bus = new EventBus({ log: made.log, clock: made.clock });
    this.blobs = options.blobs ?? createMemoryBlobStore();
    this.#stop = made.log.onAppended((events) => void this.events.push(...events));
    this.loop = new AgentLoop({
      host: "host-1",
      definitionOf: () => definition,
      toolsFor: () => [],
      priceOf: () => null,
      shutdownGraceMs: 1_000,
      clock: made.clock,
      processes: new HostProcesses({
        ledger: made.ledger,
        clock: made.clock,
        logger: collecting(this.logged),
        processes: NO_PROCESSES,
      }),
      drafts: new DraftKeeper({
        store: createMemoryDraftStore(),
        ledger: made.ledger,
        clock: made.clock,
        logger: collecting(this.logged),
      }),
      ...rest,
      ledger: made.ledger,
      bus: this.bus,
      blobs: this.blobs,
      logger: collecting(this.logged),
    });
  }

  static async open(options: TestColonyOptions): Promise<TestColony> {
    const log = options.log ?? createMemoryLog();
    const clock = options.manualClock ?? createManualClock({ now: 1_000_000 });
    const ledger = await Ledger.open({ log, clock, snapshots: createMemorySnapshotStore() });
    return new TestColony(options, { log, ledger, clock });
  }

  /** Keeps the passing signals too; not before this is called. */
  listen(): this {
    this.bus.pulses$().subscribe((pulse) => {
      if (pulse.type !== "lagged") this.pulses.push(pulse);
    });
    return this;
  }

  async spawn(options: SpawnOptions = {}): Promise<AgentId> {
    const { id = WORKER, kind = "worker", task = "Do it.", limits = this.#definition.limits } = options;
    const spawned = agentId(id);
    const worker = kind === "worker";
    await this.execute(
      {
        type: "agent.spawn",
        data: {
          kind,
          lifetime: worker ? this.#definition.lifetime : "persistent",
          parentId: worker ? agentId("overseer") : null,
          depth: worker ? 1 : 0,
          definitionId: "tester",
          name: null,
          label: null,
          task: worker ? task : null,
          batch: null,
          priority: 0,
          limits,
          reportSchema: this.#definition.reportSchema,
        },
      },
      spawned,
    );
    return spawned;
  }

  async execute(command: AgentCommand, id: AgentId = WORKER): Promise<void> {
    await this.ledger.require(id, [command]);
  }

  async inject(
    text: string,
    options: { readonly mode?: InputMode; readonly to?: AgentId } = {},
  ): Promise<void> {
    const { mode = "queue", to = WORKER } = options;
    const id = inputId(this.#ids.next("in"));
    await this.execute({ type: "input.receive", inputId: id, kind: "chat", mode, from: "user", text }, to);
  }

  async cancel(reason: string | null = null): Promise<void> {
    await this.execute({ type: "execution.cancel", cause: "user", by: "user", reason });
  }

  /** One run of the loop, as a supervisor would start it. */
  async run(id: AgentId = WORKER, signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.loop.run(id, { signal });
  }

  /** Runs the agent until it has nothing to do, as often as that takes. */
  async work(id: AgentId = WORKER): Promise<void> {
    for (let runs = 0; runs < 100; runs += 1) {
      const state = this.ledger.peek(id);
      if (state === undefined || dispositionOf(state).do === "nothing") return;
      await this.run(id);
    }
    throw new Error("the agent is still not at rest after 100 runs");
  }

  /** Spawns a worker and runs it to its end. */
  async finish(options: SpawnOptions = {}): Promise<Report> {
    const id = await this.spawn(options);
    await this.work(id);
    return this.report(id);
  }

  /** The one report of a worker; throws where there is none or more than one. */
  report(id: AgentId = WORKER): Report {
    const reports = this.of("SUBAGENT_REPORT", id);
    const [report] = reports;
    if (report === undefined || reports.length !== 1) throw new Error(`${reports.length} reports of ${id}`);
    return report.data;
  }

  /** The recorded events of one type. */
  of<T extends EventType>(type: T, id: AgentId = WORKER): readonly EventOf<T>[] {
    return this.events.filter(
      (event): event is Extract<ColonyEvent, EventOf<T>> => event.type === type && event.agentId === id,
    );
  }

  /** Types of everything recorded about an agent, in order. */
  types(id: AgentId = WORKER): readonly EventType[] {
    return this.events.filter((event) => event.agentId === id).map(({ type }) => type);
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settled(): Promise<void> {
    await this.clock.advance(0);
    await this.clock.advance(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    this.bus.close();
    await this.ledger.close();
  }
}

function collecting(lines: LogLine[], bindings: object = {}): Logger {
  const at =
    (level: LogLine["level"]) =>
    (data: object, message: string): void =>
      void lines.push({ level, data: { ...bindings, ...data }, message });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (more) => collecting(lines, { ...bindings, ...more }),
  };
}

/** What a request to a model says, one line for each message: who says it, and what. */
export function saidIn(request: ModelRequest | undefined): readonly string[] {
  return (request?.prompt ?? []).map((message) => {
    if (message.role === "system") return "system";
    const parts = message.content.map((part): string => {
      switch (part.type) {
        case "text":
        case "reasoning":
          return part.text;
        case "tool-call":
          return `call ${part.toolName} ${JSON.stringify(part.input)}`;
        case "tool-result":
          return `result ${part.toolName} ${resultText(part.output)}`;
        default:
          return part.type;
      }
    });
    return `${message.role}: ${parts.join(" | ")}`;
  });
}

function resultText(output: { readonly type: string }): string {
  if ("value" in output)
    return typeof output.value === "string" ? output.value : JSON.stringify(output.value);
  return "reason" in output ? String(output.reason) : output.type;
}
