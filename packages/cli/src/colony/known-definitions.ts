import type { AgentRecord } from "@colony/core";
import type { ColonyOptions } from "@colony/runtime";
import { counted } from "../render/words.ts";
import { hasWork } from "./unfinished.ts";

type Defined = Pick<AgentRecord, "definitionId">;

/** Whether the process that asks has the definition of an agent. Without it nothing of the agent goes on there. */
export type KnowsDefinition = (agent: Defined) => boolean;

/** By what a colony is opened with. The overseer's is always there. */
export function knownIn({ workers = {} }: Pick<ColonyOptions, "workers">): KnowsDefinition {
  return ({ definitionId }) => definitionId === "overseer" || Object.hasOwn(workers, definitionId);
}

/** What is said of workers with work that wait for their definitions; undefined where there are none. */
export function missingWords(agents: readonly AgentRecord[], knows: KnowsDefinition): string | undefined {
  const waiting = agents.filter((record) => waitsForDefinition(record, knows));
  if (waiting.length === 0) return undefined;
  const names = [...new Set(waiting.map(({ definitionId }) => `"${definitionId}"`))].join(", ");
  const subject =
    waiting.length === 1
      ? "1 worker waits for its definition"
      : `${counted(waiting.length, "worker")} wait for their definitions`;
  const isOne = waiting.length === 1;
  return `${subject} (${names}), which this process does not have; ${isOne ? "it goes" : "they go"} on when a colony with ${names.includes(",") ? "them" : "it"} is opened (--file)`;
}

/** Whether an agent has work that goes on only where its definition is. */
export function waitsForDefinition(record: AgentRecord, knows: KnowsDefinition): boolean {
  return hasWork(record) && !knows(record);
}
