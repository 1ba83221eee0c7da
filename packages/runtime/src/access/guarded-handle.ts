import type {
  AgentId,
  AgentRecord,
  AgentSnapshot,
  AgentState,
  Message,
  PendingRequest,
  Report,
} from "@colony/core";
import { requireCallOff, requireSeedFor, requireWord } from "../call-options.ts";
import type { AgentHandle, ClosedAgent, InjectOptions, OfCall, Receipt, SeedOutcome } from "../agent-face.ts";
import type { ApproveOptions } from "../colony.ts";
import type { GivenAnswers } from "../requests/requests.ts";
import { unknownAgent } from "../unknown-agent.ts";
import type { Access } from "./access.ts";
import type { AgentHandleFor, CallOffOptions, SeedFor } from "./colony-for.ts";
import { guardedReceipt, whileAllowed } from "./guarded-receipt.ts";
import type { AccessAction } from "./policy.ts";

/** An agent's handle that asks, before each call, whether whoever holds it may do that. */
export class GuardedHandle implements AgentHandleFor {
  readonly #handle: AgentHandle;
  readonly #access: Access;

  constructor(handle: AgentHandle, access: Access) {
    this.#handle = handle;
    this.#access = access;
  }

  get id(): AgentId {
    return this.#handle.id;
  }

  get record(): AgentRecord {
    return this.#allowed("see").record;
  }

  async state(): Promise<AgentState> {
    return await this.#seen((handle) => handle.state());
  }

  async conversation(): Promise<readonly Message[]> {
    return await this.#seen((handle) => handle.conversation());
  }

  async report(options?: Parameters<AgentHandle["report"]>[0]): Promise<Report | undefined> {
    return await this.#seen((handle) => handle.report(options));
  }

  async snapshot(): Promise<AgentSnapshot> {
    return await this.#seen((handle) => handle.snapshot());
  }

  async wait(options?: Parameters<AgentHandle["wait"]>[0]): Promise<AgentSnapshot | undefined> {
    return await this.#seen((handle) => handle.wait(options));
  }

  async send(text: string, options?: InjectOptions): Promise<Receipt> {
    return this.#kept(await this.#allowed("inject").send(text, options));
  }

  pending(): readonly PendingRequest[] {
    return this.#allowed("see").pending();
  }

  async answer(answers: GivenAnswers, options?: OfCall): Promise<void> {
    await this.#allowed("resolve").answer(answers, options);
  }

  async approve(options: ApproveOptions & OfCall = {}): Promise<void> {
    requireWord("approve", options);
    const handle = this.#allowed("resolve");
    if (options.always === "tool") this.#access.requireOfColony("resolve");
    await handle.approve(options);
  }

  async deny(options?: { readonly reason?: string } & OfCall): Promise<void> {
    await this.#allowed("resolve").deny(options);
  }

  async reopen(): Promise<AgentSnapshot> {
    return await this.#allowed("reopen").reopen();
  }

  async dismiss(): Promise<void> {
    await this.#allowed("dismiss").dismiss();
  }

  async close(options: CallOffOptions = {}): Promise<ClosedAgent> {
    requireCallOff("close", options);
    const { confirm, ...why } = options;
    return await this.#allowed("close", confirm).close(why);
  }

  async remove(options: Pick<CallOffOptions, "confirm"> = {}): Promise<void> {
    requireCallOff("remove", options);
    await this.#allowed("remove", options.confirm).remove();
  }

  async inject(text: string, options?: InjectOptions): Promise<Receipt> {
    return this.#kept(await this.#allowed("inject").inject(text, options));
  }

  async seed(source: SeedFor): Promise<SeedOutcome> {
    const handle = this.#allowed("seed");
    requireSeedFor(source);
    return await handle.seed({ messages: source.messages });
  }

  async cancel(options: CallOffOptions = {}): Promise<void> {
    requireCallOff("cancel", options);
    const { confirm, ...why } = options;
    await this.#allowed("cancel", confirm).cancel(why);
  }

  async stop(options: CallOffOptions = {}): Promise<readonly AgentId[]> {
    requireCallOff("stop", options);
    const { confirm, ...why } = options;
    const stopped = await this.#allowed("stop", confirm).stop(why);
    return stopped.filter((id) => {
      const record = this.#access.recordOf(id);
      return record !== undefined && this.#access.maySee(record);
    });
  }

  /** What takes a while to find out is told to who may see it then. */
  async #seen<What>(find: (handle: AgentHandle) => Promise<What>): Promise<What> {
    return await whileAllowed(
      () => void this.#allowed("see"),
      () => find(this.#handle),
    );
  }

  #kept(receipt: Receipt): Receipt {
    return guardedReceipt(receipt, (action) => void this.#allowed(action));
  }

  /** What it is to be done with, once it may be. */
  #allowed(action: AccessAction, confirm?: boolean): AgentHandle {
    const record = this.#access.recordOf(this.id);
    if (record === undefined) throw unknownAgent(this.id);
    this.#access.require(action, record, { confirm });
    return this.#handle;
  }
}
