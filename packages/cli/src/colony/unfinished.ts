import { isEnded, type AgentRecord, type ColonyState, type PendingRequest } from "@colony/core";
import { counted, listed } from "../render/words.ts";

/** Whether an agent has something under way, or mail: what a stop would end. */
export function isUnderWay({ status, execution, pendingInputs }: AgentRecord): boolean {
  if (execution !== null && !isEnded(execution.status)) return true;
  return pendingInputs > 0 && status !== "closed";
}

/** Whether it goes on by itself: it is at work, in line, or has mail. Who waits for people, or for workers, does not. */
export function hasWork(record: AgentRecord): boolean {
  return isUnderWay(record) && !waitsForPeople(record) && !waitsForReports(record);
}

/** Whether nothing of it goes on until somebody has said something. What it has been sent meanwhile waits behind that. */
function waitsForPeople({ execution, requests = 0 }: AgentRecord): boolean {
  return isWaiting(execution) && execution?.phase === "awaiting_answers" && requests > 0;
}

/** Those whom it waits for have work, or wait themselves. */
function waitsForReports({ execution, pendingInputs }: AgentRecord): boolean {
  return isWaiting(execution) && execution?.phase === "awaiting_reports" && pendingInputs === 0;
}

function isWaiting(execution: AgentRecord["execution"]): boolean {
  return execution?.status === "input_required" && !execution.cancelling;
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

/** When a colony that was stopped goes on. */
export const STOPPED_UNTIL = "once somebody says something, as everything was stopped";

/** What is said of workers that a process leaves behind unfinished; undefined where there are none. */
export function leftWords(
  agents: readonly AgentRecord[],
  { blocks }: Pick<ColonyState, "blocks"> = { blocks: [] },
): string | undefined {
  const left = agents.filter((record) => record.kind === "worker" && hasWork(record)).length;
  if (left === 0) return undefined;
  const when = blocks.length > 0 ? STOPPED_UNTIL : "when this colony is opened again";
  return `${counted(left, "worker")} ${left === 1 ? "goes" : "go"} on ${when}`;
}

/** How much waits for people, as the subject of a sentence; undefined where nothing does. */
export function waitingWords(pending: readonly Pick<PendingRequest, "kind">[]): string | undefined {
  if (pending.length === 0) return undefined;
  const questions = pending.filter(({ kind }) => kind === "question").length;
  const approvals = pending.length - questions;
  const parts = [
    ...(questions > 0 ? [counted(questions, "question")] : []),
    ...(approvals > 0 ? [counted(approvals, "approval")] : []),
  ];
  return `${listed(parts)} ${pending.length === 1 ? "waits" : "wait"} for you`;
}
