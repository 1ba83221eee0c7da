import type { ColonyEvent, ModelRequest } from "@colony/core";
import type { ScriptedTurn } from "@colony/testkit";
import type { Machine } from "./machine.ts";
import { calls, heard, newest, results } from "./said.ts";

/** Lets a machine run until something is so. Throws where it never is. */
export async function until(machine: Machine, isSo: () => boolean): Promise<void> {
  for (let rounds = 0; !isSo(); rounds += 1) {
    if (rounds === 200) throw new Error("it is still not so");
    await machine.settled();
  }
}

/** Names of the tools that a model is told of. */
export function toolsTold({ tools = [] }: ModelRequest): readonly string[] {
  return tools.map(({ name }) => name);
}

/** What a model is told before its conversation. */
export function systemTold({ prompt }: ModelRequest): string {
  const [first] = prompt;
  return first?.role === "system" ? first.content : "";
}

/** Reports in words. */
export function reports(summary: string): ScriptedTurn {
  return calls(["report_to_parent", { status: "success", summary }]);
}

/**
 * A worker whose task is a path: it gives all behind the first `/` to a worker of its own, waits for the report, and says
 * with its own what came of that. At the end of the path it reports at once.
 */
export function pathWorker(request: ModelRequest): ScriptedTurn {
  const [first = "", ...rest] = (heard(request)[0] ?? "").split("/");
  if (rest.length === 0) return reports(`${first} done`);
  const [spawned] = results(request);
  if (spawned === undefined) return calls(["spawn_worker", { task: rest.join("/"), name: rest[0] }]);
  if (!spawned.includes("workerId")) return reports(`${first} alone: ${spawned}`);
  return newest(request).includes("<worker_report")
    ? reports(`${first} with ${rest[0]}`)
    : { text: "I wait." };
}

/** Reports that have come, as `name: summary`, by name. */
export function reported(events: readonly ColonyEvent[]): readonly string[] {
  return events
    .flatMap((event) =>
      event.type === "SUBAGENT_REPORT" ? [`${event.data.name ?? event.agentId}: ${event.data.summary}`] : [],
    )
    .toSorted();
}
