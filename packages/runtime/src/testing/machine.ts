import { type ColonyEvent, type EventOf, type EventType, type Tool } from "@colony/core";
import {
  Life,
  createMemoryGround,
  createScriptedModel,
  readAll,
  type Ground,
  type ModelScript,
  type ScriptedModel,
} from "@colony/testkit";
import { defineWorker, type AgentDefinition, type WorkerOptions } from "@colony/worker";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import type { ColonyLimits, ColonyOptions } from "../options.ts";
import { settled } from "./settled.ts";

/** What a process is started with. */
interface ProcessParts {
  readonly overseer: ModelScript;
  readonly overseerOptions?: Partial<Omit<ColonyOptions["overseer"], "model" | "models">>;
  /** What the definition `helper` answers; absent: there is no such definition. */
  readonly worker?: ModelScript;
  readonly helper?: Partial<WorkerOptions>;
  readonly workers?: { readonly [name: string]: AgentDefinition };
  readonly limits?: ColonyLimits;
}

/** One process of a colony. */
interface Process {
  readonly colony: Colony;
  readonly life: Life;
  /** The models, as this process asked them. */
  readonly overseer: ScriptedModel;
  readonly worker: ScriptedModel;
}

/** One disk with one colony, and the processes that work on it one after the other. */
export class Machine implements AsyncDisposable {
  readonly ground: Ground = createMemoryGround();
  #last: Process | undefined;

  /** Starts a process where the last one was killed or closed. A tool that is to kill its process is made from the life. */
  async start(partsOf: ProcessParts | ((life: Life) => ProcessParts)): Promise<Process> {
    const life = new Life(this.ground);
    const parts = typeof partsOf === "function" ? partsOf(life) : partsOf;
    const { overseerOptions = {}, helper = {}, workers = {}, limits = {} } = parts;
    const overseer = createScriptedModel(parts.overseer);
    const worker = createScriptedModel(parts.worker ?? []);
    const mortal = (tools: readonly Tool[] = []): readonly Tool[] => tools.map((tool) => life.tool(tool));
    const colony = await openColony({
      ...life.options,
      limits: { shutdownGraceMs: 0, ...limits },
      overseer: { ...overseerOptions, model: life.model(overseer), tools: mortal(overseerOptions.tools) },
      workers: {
        ...workers,
        ...(parts.worker === undefined
          ? {}
          : { helper: defineWorker({ ...helper, model: life.model(worker), tools: mortal(helper.tools) }) }),
      },
    });
    this.#last = { colony, life, overseer, worker };
    return this.#last;
  }

  /** Lets everything run that waits for nothing but its turn. */
  settled(): Promise<void> {
    return settled();
  }

  /** Lets everything run until something holds, for as many turns as that may take. */
  async until(holds: () => boolean): Promise<void> {
    for (let rounds = 0; rounds < 1_000 && !holds(); rounds += 1) await this.settled();
  }

  /** Lets time go on. */
  async later(ms: number): Promise<void> {
    await this.settled();
    await this.ground.clock.advance(ms);
    await this.settled();
  }

  /** Ends the newest process in good order. */
  async close(): Promise<void> {
    const { colony, life } = this.#last ?? {};
    if (colony === undefined || life?.alive !== true) return;
    await Promise.all([colony.close(), this.later(0)]);
  }

  events(): Promise<readonly ColonyEvent[]> {
    return readAll(this.ground.log);
  }

  async of<T extends EventType>(type: T): Promise<readonly EventOf<T>[]> {
    const events = await this.events();
    return events.filter((event): event is Extract<ColonyEvent, EventOf<T>> => event.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
