import { isEnded, type AgentRecord } from "@colony/core";
import { counted, listed } from "../render/words.ts";

/** Whether an agent has something to do: it is at work, in line, or has mail. */
export function hasWork({ status, execution, pendingInputs }: AgentRecord): boolean {
  if (execution !== null && !isEnded(execution.status)) return true;
  return pendingInputs > 0 && status !== "closed";
}

/** What is said of work that an earlier process left and this one goes on with; undefined where there is none. */
export function unfinishedWords(agents: readonly AgentRecord[]): string | undefined {
  const busy = agents.filter(hasWork);
  if (busy.length === 0) return undefined;
  const workers = busy.filter(({ kind }) => kind === "worker");
  const atWork = workers.filter(({ execution }) => execution?.status === "running").length;
  const inLine = workers.length - atWork;
  const was = (count: number): string => (count === 1 ? "was" : "were");
  const parts = [
    ...(atWork > 0 ? [`${counted(atWork, "worker")} ${was(atWork)} still at work`] : []),
    ...(inLine > 0 ? [`${counted(inLine, "worker")} ${was(inLine)} waiting`] : []),
    ...(busy.length > workers.length ? ["the overseer had not finished"] : []),
  ];
  return `continuing: ${listed(parts)}`;
}

/** What is said of workers that a process leaves behind unfinished; undefined where there are none. */
export function leftWords(agents: readonly AgentRecord[]): string | undefined {
  const left = agents.filter((record) => record.kind === "worker" && hasWork(record)).length;
  if (left === 0) return undefined;
  return `${counted(left, "worker")} ${left === 1 ? "goes" : "go"} on when this colony is opened again`;
}
