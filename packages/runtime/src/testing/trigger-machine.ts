import { DEFAULT_WORKER_LIMITS, agentId, type EventType } from "@colony/core";
import { createMemoryGround, type MemoryGround } from "@colony/testkit";
import { Machine } from "./machine.ts";
import { echoes } from "./said.ts";

/** What a process is started with where nothing but its triggers matters: everybody answers what was said last. */
export const ECHOING = {
  overseer: echoes,
  worker: echoes,
  helper: { lifetime: "persistent" },
} as const;

/** A machine whose colony has triggers. */
export class TriggerMachine extends Machine {
  override readonly ground: MemoryGround = createMemoryGround();

  /** A worker by the name of `clerk`, who stays and has no task. */
  async hireClerk(): Promise<void> {
    const { log, clock } = this.ground;
    const spawned = {
      kind: "worker",
      lifetime: "persistent",
      parentId: null,
      depth: 1,
      definitionId: "helper",
      name: "clerk",
      label: null,
      task: null,
      batch: null,
      priority: 0,
      limits: DEFAULT_WORKER_LIMITS,
      reportSchema: null,
    } as const;
    await log.append({
      agentId: agentId("w-clerk"),
      expectedVersion: 0,
      at: clock.now(),
      events: [{ type: "AGENT_SPAWNED", data: spawned }],
    });
  }

  /** Events of triggers, each in a few words. */
  async told(): Promise<readonly string[]> {
    const words: string[] = [];
    for (const { type, data } of await this.events())
      if (type === "TRIGGER_FIRED")
        words.push(`${data.triggerId} fired ${data.dueAt}${data.late === true ? " late" : ""}`);
      else if (type === "TRIGGER_MISSED")
        words.push(`${data.triggerId} missed ${data.count} ${data.firstAt}-${data.lastAt}`);
      else if (type === "TRIGGER_FAILED") words.push(`${data.triggerId} failed ${data.dueAt} ${data.code}`);
      else if (type === "TRIGGER_REMOVED") words.push(`${data.triggerId} removed`);
    return words;
  }

  /** What agents have been told, execution by execution. */
  async turns(): Promise<readonly (readonly string[])[]> {
    const said = new Map<string, string[]>();
    for (const event of await this.events())
      if (event.type === "MESSAGE_APPENDED" && event.data.message.role === "user") {
        const id = event.executionId ?? "none";
        said.set(id, [...(said.get(id) ?? []), event.data.message.text]);
      }
    return [...said.values()];
  }

  async count(type: EventType): Promise<number> {
    return (await this.of(type)).length;
  }

  /** In how many commits events stand. */
  commitsOf(events: readonly { readonly seq: number }[]): number {
    return new Set(events.map(({ seq }) => this.ground.commits.find((end) => end >= seq))).size;
  }
}
