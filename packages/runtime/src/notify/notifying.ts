import {
  notificationOf,
  type AgentId,
  type DueNotice,
  type EventLog,
  type EventOf,
  type Notifier,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { HostClock } from "../time/host-clock.ts";
import { outcomeCommand, recordOutcome } from "./notice-outcome.ts";
import { tell } from "./tell.ts";

/** People are told of so many reports at once; the others wait in line. */
const MOST_AT_ONCE = 4;

/** What telling people works with. */
export interface NotifyingOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly log: EventLog;
  readonly clock: Pick<HostClock, "now" | "after" | "sleep" | "onSettled">;
  readonly notifier: Notifier;
  /** How long the notifier may take for one. */
  readonly timeoutMs: number;
}

/** A notice in line. A report that has just been made comes with it; others are read when it is their turn. */
interface Due extends Pick<DueNotice, "id" | "failures"> {
  readonly agentId: AgentId;
  readonly report?: EventOf<"SUBAGENT_REPORT"> | undefined;
}

/**
 * Tells people elsewhere of the reports that they asked to be told of. Which are due stands in the records of agents, so a
 * host goes on where another has left off; what was told and not recorded before it died is told once more, with the same
 * id. Nobody at work waits for any of this.
 */
export class Notifying {
  readonly #options: NotifyingOptions;
  readonly #line: Due[] = [];
  /** Those that wait for their next try, with the way to call that off. */
  readonly #later = new Map<Due, { readonly notBefore: number; readonly cancel: () => void }>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #leave = (): void => undefined;
  /** Those that are in line, under way or to be tried again. */
  readonly #known = new Set<string>();
  #closed = false;

  constructor(options: NotifyingOptions) {
    this.#options = options;
  }

  /** Takes up what earlier hosts have left, and listens for what is to come. */
  start(): void {
    const { ledger, bus, clock } = this.#options;
    const reports = bus.events$({ types: ["SUBAGENT_REPORT"] }).subscribe((event) => {
      if (event.type !== "SUBAGENT_REPORT") return;
      const notice = ledger.index.get(event.agentId)?.notices?.find(({ id }) => id === event.id);
      if (notice !== undefined) this.#take(event.agentId, notice, event);
    });
    // Timers stand still while the machine sleeps, and a time that has come meanwhile has come.
    const leave = clock.onSettled(() => this.#lookAgain());
    this.#leave = () => {
      reports.unsubscribe();
      leave();
    };
    for (const agentId of ledger.index.withNotices())
      for (const notice of ledger.index.get(agentId)?.notices ?? []) this.#take(agentId, notice);
  }

  /** Lets what is due now be told within a grace, and leaves the rest to the next host. May be called twice. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#leave();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    if (graceMs > 0) await this.#drained(graceMs);
    this.#line.length = 0;
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #drained(graceMs: number): Promise<void> {
    const over = new AbortController();
    const cancel = this.#options.clock.after(graceMs, () => over.abort());
    const late = new Promise<void>((resolve) => {
      over.signal.addEventListener("abort", () => resolve());
    });
    while (this.#underWay.size > 0 && !over.signal.aborted)
      await Promise.race([late, Promise.all(this.#underWay)]);
    cancel();
  }

  #take(agentId: AgentId, notice: DueNotice, report?: EventOf<"SUBAGENT_REPORT">): void {
    if (this.#known.has(notice.id)) return;
    this.#known.add(notice.id);
    this.#await(agentId, notice, report);
  }

  #await(
    agentId: AgentId,
    { id, failures, notBefore }: DueNotice,
    report?: EventOf<"SUBAGENT_REPORT">,
  ): void {
    if (this.#closed) return;
    this.#wait({ id, failures, agentId, report }, notBefore);
  }

  #wait(due: Due, notBefore: number): void {
    const { clock } = this.#options;
    const waitMs = notBefore - clock.now();
    if (waitMs <= 0) return this.#join(due);
    const cancel = clock.after(waitMs, () => {
      this.#later.delete(due);
      this.#join(due);
    });
    this.#later.set(due, { notBefore, cancel });
  }

  #lookAgain(): void {
    const waiting = [...this.#later];
    this.#later.clear();
    for (const [due, { notBefore, cancel }] of waiting) {
      cancel();
      this.#wait(due, notBefore);
    }
  }

  #join(due: Due): void {
    this.#line.push(due);
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay.size < MOST_AT_ONCE) {
      const due = this.#line.shift();
      if (due === undefined) return;
      const telling = this.#tell(due).finally(() => {
        this.#underWay.delete(telling);
        this.#pump();
      });
      this.#underWay.add(telling);
    }
  }

  /** Never rejects: whatever goes wrong with one stays with that one. */
  async #tell(due: Due): Promise<void> {
    const { ledger, clock } = this.#options;
    const { signal } = this.#closing;
    const told = await this.#ask(due);
    if (told === "called off") return;
    const command = outcomeCommand(due, told, clock.now());
    const isRecorded = await recordOutcome({ ledger, clock, signal }, due.agentId, command);
    if (!isRecorded || command.type === "notification.sent" || command.retryAt === null)
      this.#known.delete(due.id);
    else this.#await(due.agentId, { id: due.id, failures: command.attempt, notBefore: command.retryAt });
  }

  async #ask({ agentId, id, report }: Due): Promise<Awaited<ReturnType<typeof tell>>> {
    const { notifier, clock, timeoutMs } = this.#options;
    const { signal } = this.#closing;
    try {
      const event = report ?? (await this.#read(agentId, id));
      return await tell(notifier, notificationOf(event), { clock, timeoutMs, signal });
    } catch (error) {
      return { failed: error };
    }
  }

  async #read(agentId: AgentId, id: string): Promise<EventOf<"SUBAGENT_REPORT">> {
    for (let after = 0; ;) {
      const page = await this.#options.log.read({ agentId, types: ["SUBAGENT_REPORT"], after });
      for (const event of page) if (event.type === "SUBAGENT_REPORT" && event.id === id) return event;
      const last = page.at(-1);
      if (last === undefined) throw new Error(`report "${id}" is not in the log`);
      after = last.seq;
    }
  }
}
