import {
  ColonyError,
  loadedPart,
  messageOf,
  noTrigger,
  type AgentId,
  type Clock,
  type ColonyEvent,
  type EventData,
  type InputId,
  type Logger,
  type TriggerId,
  type TriggerOutcome,
  type TriggerState,
} from "@colony/core";
import { isStorageFault, type EventBus, type Ledger } from "@colony/eventbus";
import type { KeptStops } from "../kept-stops.ts";
import type { FireRequest } from "./fire-now.ts";
import type { Firing } from "./send-firings.ts";

/** What triggers work with. */
export interface TriggersOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stops that the log has not taken yet. */
  readonly stops: Pick<KeptStops, "isShut">;
}

/** The input that a trigger was fired with, now or before under the same key. */
export interface Fired {
  readonly agentId: AgentId;
  readonly inputId: InputId;
  readonly isNew: boolean;
}

/** How long what the log refused waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Sees to it that each trigger fires for each of its due times at most once, and that none is lost unseen. One thing is done
 * after the other: inputs go to agents first, and then what has come of it is recorded in one commit. So where a host is
 * killed in between, only the newest input of a trigger can be one that is not recorded, and the next host finds it with its
 * agent. All triggers together wait for one timer.
 */
export class Triggers {
  readonly #options: TriggersOptions;
  readonly #leave: () => void;
  #line: Promise<unknown> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  /** Whether agents may have inputs that are not recorded. */
  #inDoubt = true;
  /** Since when due times have been waited for without a break. */
  #since: number;
  #seen: number;
  /** Failed ones that are tried once more. */
  readonly #again = new Set<string>();
  #begun = false;
  #closed = false;

  constructor(options: TriggersOptions) {
    this.#options = options;
    this.#since = options.clock.now();
    this.#seen = this.#since;
    const news = options.bus.events$({ types: ["DISPATCH_UNBLOCKED", "AGENT_REOPENED"] });
    const subscription = news.subscribe((event) => this.#onEvent(event));
    this.#leave = () => subscription.unsubscribe();
  }

  /** In the order in which they were set. */
  list(): readonly TriggerState[] {
    return Object.values(this.#triggers).toSorted((a, b) => a.version - b.version);
  }

  get(id: string): TriggerState | undefined {
    return Object.hasOwn(this.#triggers, id) ? this.#triggers[id] : undefined;
  }

  /** Throws `trigger.not_found`, and says which there are. */
  find(id: string): TriggerState {
    const trigger = this.get(id);
    if (trigger === undefined) throw ColonyError.from(noTrigger(id, this.#triggers));
    return trigger;
  }

  /** Records what an earlier host could not; before anybody asks for anything. */
  async takeUp(): Promise<void> {
    await this.#inLine(() => this.#settleDoubts());
  }

  /** From now on due times are waited for; those that have come before were missed. */
  start(): void {
    for (const { id, failed, agentId } of this.list())
      if (failed !== null && this.#takesInputs(agentId)) this.#again.add(id);
    this.#begun = true;
    this.#resume();
  }

  /** Sets one, or throws `trigger.exists`. Resolves to what holds then. */
  async set(
    data: EventData<"TRIGGER_SET">,
    options: { readonly replace?: boolean } = {},
  ): Promise<TriggerState> {
    return await this.#inLine(async () => {
      await this.#settleDoubts();
      await this.#options.ledger.executeColony({ type: "trigger.set", ...data, ...options });
      this.#look();
      return this.find(data.triggerId);
    });
  }

  /** Throws `trigger.not_found`. What it has sent already stays with its agent. */
  async remove(triggerId: TriggerId, letterId?: string): Promise<void> {
    await this.#inLine(async () => {
      await this.#settleDoubts();
      await this.#options.ledger.executeColony({ type: "trigger.remove", triggerId, letterId });
    });
  }

  /** Sends its input now; its due times stay as they are. Resolved means durable. Throws what its agent refuses it with. */
  async fire(request: FireRequest): Promise<Fired> {
    return await this.#inLine(async () => {
      await this.#settleDoubts();
      const fired = await this.#fire(this.find(request.triggerId), request);
      // One that had failed goes on with its due times.
      this.#look();
      return fired;
    });
  }

  /** The host could work again after a time in which it could not: what came due in it was missed. */
  resume(): void {
    if (this.#begun) this.#resume();
  }

  /** Fires nothing more, and waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    this.#cancelTimer?.();
    await this.#line;
  }

  get #triggers(): { readonly [id: string]: TriggerState } {
    return this.#options.ledger.colony.triggers ?? {};
  }

  /** Nothing is begun: what comes due now is missed. */
  get #isHeld(): boolean {
    const { ledger, stops } = this.#options;
    return ledger.colony.blocks.length > 0 || stops.isShut;
  }

  #onEvent(event: ColonyEvent): void {
    if (!this.#begun) return;
    if (event.type === "DISPATCH_UNBLOCKED") this.#resume();
    else {
      for (const { id, failed, agentId } of this.list())
        if (failed !== null && agentId === event.agentId) this.#again.add(id);
      this.#look();
    }
  }

  #resume(): void {
    this.#since = this.#options.clock.now();
    this.#look();
  }

  #look(): void {
    if (this.#closed || !this.#begun) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    void this.#inLine(() => this.#lookAround());
  }

  /** Never rejects. */
  async #lookAround(): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await this.#settleDoubts();
      while (!this.#closed && !this.#isHeld && (await this.#fireDue()));
      this.#arm();
    } catch (error) {
      this.#inDoubt = true;
      // What the store refuses the ledger has said already.
      if (!isStorageFault(error) && !this.#closed)
        logger.error({ reason: messageOf(error) }, "triggers not fired, trying again");
      this.#armFor(clock.now() + RETRY_MS);
    }
  }

  /** Fires for one due time of each trigger whose time has come. Whether there was any. */
  async #fireDue(): Promise<boolean> {
    const { ledger } = this.#options;
    const seen = this.#see();
    if (!this.list().some(({ nextAt }) => nextAt !== null && nextAt <= seen)) return false;
    const { planFiring } = await loadedPart(import("./plan-firing.ts"));
    const { sendFirings } = await loadedPart(import("./send-firings.ts"));
    const now = this.#see();
    const missed: TriggerOutcome[] = [];
    const firings: Firing[] = [];
    for (const trigger of this.list()) {
      if (!this.#isTried(trigger)) continue;
      // Nobody was there for an agent that took nothing.
      const plan = planFiring(trigger, { now, since: trigger.failed === null ? this.#since : now });
      if (plan?.missed !== undefined) missed.push(plan.missed);
      if (plan?.fire !== undefined) firings.push({ trigger, fire: plan.fire });
    }
    if (missed.length + firings.length === 0) return false;
    const sent = await sendFirings(ledger, firings);
    for (const { triggerId } of sent) this.#again.delete(triggerId);
    const failed = new Set(
      sent.flatMap(({ type, triggerId }) => (type === "TRIGGER_FAILED" ? [triggerId] : [])),
    );
    // What was not fired for comes with the next try, and is counted then.
    const counted = missed.filter(({ triggerId }) => !failed.has(triggerId));
    await ledger.executeColony({ type: "trigger.settle", outcomes: [...counted, ...sent] });
    return true;
  }

  /** The time, which may have been set back: that has not made anybody miss what is to come. */
  #see(): number {
    const now = this.#options.clock.now();
    if (now < this.#seen) this.#since = Math.min(this.#since, now);
    this.#seen = now;
    return now;
  }

  #isTried({ id, failed }: TriggerState): boolean {
    return failed === null || this.#again.has(id);
  }

  async #fire(trigger: TriggerState, request: FireRequest): Promise<Fired> {
    const { ledger, clock } = this.#options;
    const { fireNow } = await loadedPart(import("./fire-now.ts"));
    const { result, outcome } = await fireNow(ledger, trigger, { ...request, now: clock.now() });
    if (outcome !== undefined) await this.#record(outcome);
    if ("code" in result) throw ColonyError.from(result);
    return { agentId: trigger.agentId, ...result };
  }

  /** Whoever waits has its answer already: what cannot be recorded now is recorded as soon as it can. */
  async #record(outcome: TriggerOutcome): Promise<void> {
    try {
      await this.#options.ledger.executeColony({ type: "trigger.settle", outcomes: [outcome] });
    } catch (error) {
      this.#inDoubt = true;
      if (!isStorageFault(error)) throw error;
      this.#armFor(this.#options.clock.now() + RETRY_MS);
    }
  }

  /** Records what agents have been sent by a host that was killed, or could not write, before it had recorded it. */
  async #settleDoubts(): Promise<void> {
    if (!this.#inDoubt) return;
    const triggers = this.list();
    if (triggers.length > 0) {
      const { ledger } = this.#options;
      const { sentAndUnrecorded } = await loadedPart(import("./sent-inputs.ts"));
      const outcomes = await sentAndUnrecorded(ledger, triggers);
      if (outcomes.length > 0) await ledger.executeColony({ type: "trigger.settle", outcomes });
    }
    this.#inDoubt = false;
  }

  #takesInputs(agentId: AgentId): boolean {
    const record = this.#options.ledger.index.get(agentId);
    return record !== undefined && record.status !== "closed";
  }

  /** Waits for the next due time. */
  #arm(): void {
    if (this.#isHeld) return;
    const times = this.list().flatMap((trigger) =>
      trigger.nextAt !== null && this.#isTried(trigger) ? [trigger.nextAt] : [],
    );
    const [first] = times.toSorted((a, b) => a - b);
    if (first !== undefined) this.#armFor(first);
  }

  #armFor(at: number): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#cancelTimer = undefined;
      this.#look();
    });
  }

  #inLine<Value>(job: () => Promise<Value>): Promise<Value> {
    const next = this.#line.then(job, job);
    // Whoever asked for it is told; the next one only waits its turn.
    this.#line = next.catch(() => undefined);
    return next;
  }
}
