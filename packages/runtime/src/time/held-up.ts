import { messageOf, type AgentId, type ExecutionId, type Logger } from "@colony/core";
import { isStorageFault, type Ledger } from "@colony/eventbus";
import type { HostClock } from "./host-clock.ts";

interface HeldUpOptions {
  readonly ledger: Ledger;
  readonly clock: HostClock;
  readonly logger: Logger;
  readonly host: string;
}

/** For how long, below zero where the clock was set back, and when it went on. Milliseconds. */
interface Span {
  readonly ms: number;
  readonly until: number;
}

const NOBODY: ReadonlySet<AgentId> = new Set();

/** How long a record that could not be written waits. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Records for how long this host could not work, with each execution that it has under way, and lets the clock go on once
 * that is durable. Until then the executions of this host live in the time before.
 */
export class HeldUp {
  readonly #options: HeldUpOptions;
  readonly #leave: () => void;
  readonly #stopping = new AbortController();
  #recording: Promise<unknown> = Promise.resolve();

  constructor(options: HeldUpOptions) {
    this.#options = options;
    this.#leave = options.clock.onHeldUp((ms) => {
      const until = options.clock.timeOfDay();
      if (ms > 0) this.#recording = this.#recording.then(() => this.#record(ms, until));
      else this.#recording = this.#setBack(this.#atWork(NOBODY), { ms, until });
    });
  }

  async close(): Promise<void> {
    this.#leave();
    this.#stopping.abort();
    await this.#recording;
    this.#options.clock.close();
  }

  async #record(ms: number, until: number): Promise<void> {
    const { clock, logger } = this.#options;
    logger.info({ ms }, "host was held up");
    const done = new Set<AgentId>();
    const held = { by: { ms, until }, executionId: undefined };
    for (let left = this.#atWork(done); left.length > 0; left = this.#atWork(done))
      await Promise.all(left.map((id) => this.#recordFor(id, held, done)));
    // In the same turn in which nobody was found any more: whoever begins from now on begins now.
    clock.settle(ms);
  }

  /** Of those who were at work at that moment: whoever begins from then on begins by the clock as it is now. */
  async #setBack(ids: readonly AgentId[], by: Span): Promise<void> {
    const { clock, ledger, logger } = this.#options;
    logger.info(by, "clock was set back");
    const done = new Set<AgentId>();
    const records = ids.map(async (id) => {
      const executionId = ledger.newest(id)?.record.execution?.id;
      while (!done.has(id)) await this.#recordFor(id, { by, executionId }, done);
    });
    await Promise.all([this.#recording, ...records]);
    clock.settle(0);
  }

  async #recordFor(
    id: AgentId,
    { by, executionId }: { readonly by: Span; readonly executionId: ExecutionId | undefined },
    done: Set<AgentId>,
  ): Promise<void> {
    const { ledger, clock, logger } = this.#options;
    try {
      // One that has ended meanwhile refuses it, and needs it no more.
      await ledger.execute(id, [{ type: "execution.hold_up", ...by }], { executionId });
      done.add(id);
    } catch (error) {
      if (!isStorageFault(error))
        logger.warn({ agentId: id, reason: messageOf(error) }, "not recorded that the host was held up");
      const { signal } = this.#stopping;
      await clock.sleep(RETRY_MS, { signal }).catch(() => done.add(id));
    }
  }

  /** Those under way here, as it was decided, whether that is durable already or not. */
  #atWork(done: ReadonlySet<AgentId>): readonly AgentId[] {
    const { ledger, host } = this.#options;
    return [...ledger.index.open()].filter((id) => {
      const { record, execution } = ledger.newest(id) ?? {};
      return !done.has(id) && record?.execution?.status === "running" && execution?.host === host;
    });
  }
}
