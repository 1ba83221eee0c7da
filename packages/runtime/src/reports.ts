import type { AgentId, ColonyEvent, EventLog, EventOf, Report } from "@colony/core";
import type { EventBus, Ledger, SafeObservable } from "@colony/eventbus";
import { pickedFrom } from "./picked.ts";

/** Every report from now on, as an observable and as an async iterable. */
export function reportsOf(bus: EventBus, onError: (error: unknown) => void): SafeObservable<Report> {
  return pickedFrom(bus.events$({ types: ["SUBAGENT_REPORT"] }), {
    pick: (event) => (isReport(event) ? event.data : undefined),
    onError,
  });
}

/** The newest report of an agent, from the log; undefined where it has not reported. */
export async function newestReport(
  { log, ledger }: { readonly log: EventLog; readonly ledger: Pick<Ledger, "index"> },
  agentId: AgentId,
): Promise<EventOf<"SUBAGENT_REPORT"> | undefined> {
  if ((ledger.index.get(agentId)?.report ?? null) === null) return undefined;
  let newest: EventOf<"SUBAGENT_REPORT"> | undefined;
  for (let after = 0; ;) {
    const page = await log.read({ agentId, types: ["SUBAGENT_REPORT"], after, limit: 1_000 });
    for (const event of page) if (isReport(event)) newest = event;
    const last = page.at(-1);
    if (page.length < 1_000 || last === undefined) return newest;
    after = last.seq;
  }
}

function isReport(event: ColonyEvent): event is EventOf<"SUBAGENT_REPORT"> {
  return event.type === "SUBAGENT_REPORT";
}
