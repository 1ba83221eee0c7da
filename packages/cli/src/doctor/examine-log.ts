import { messageOf, type ColonyEvent } from "@colony/core";
import type { ColonyReader } from "@colony/runtime";
import { harmless } from "../render/words.ts";
import { good, wrong, type Finding } from "./finding.ts";

type Log = Pick<ColonyReader, "head" | "feed" | "damages" | "blob">;

/** Reads every event and every body that one points to, as damage shows itself only where something is read. */
export async function examineLog(reader: Log): Promise<readonly Finding[]> {
  const head = reader.head();
  const bodies = new Set<string>();
  const kept = new KeptEvents();
  for await (const event of reader.feed({ until: head })) {
    if (event.seq > head) continue;
    kept.see(event);
    for (const sha256 of bodiesOf(event)) bodies.add(sha256);
  }
  return [
    eventsFinding(reader, { head, count: kept.count + kept.pruned }),
    ...(await examineBodies(reader, bodies)),
  ];
}

/** How many events there are, and how many have been removed on purpose. */
class KeptEvents {
  count = 0;
  /** Of each agent how many events there are, and the version of the newest. */
  readonly #streams = new Map<string, { count: number; newest: number }>();
  readonly #pruned = new Set<string>();

  see(event: ColonyEvent): void {
    this.count += 1;
    const stream = this.#streams.get(event.agentId) ?? { count: 0, newest: 0 };
    this.#streams.set(event.agentId, { count: stream.count + 1, newest: event.version });
    if (event.type === "HISTORY_PRUNED")
      for (const { agentId } of event.data.agents) this.#pruned.add(agentId);
  }

  get pruned(): number {
    return [...this.#pruned].reduce((sum, id) => {
      const { count, newest } = this.#streams.get(id) ?? { count: 0, newest: 0 };
      return sum + newest - count;
    }, 0);
  }
}

function eventsFinding(
  reader: Log,
  { head, count }: { readonly head: number; readonly count: number },
): Finding {
  const damages = reader.damages();
  const [first = `${head - count} of ${head} events are missing`] = damages;
  if (damages.length === 0 && count === head) return good("log", "every event can be read");
  const mend = "restore the folder from a backup; until then log, show and export give what can be read";
  return wrong("log", `${problem(first)}${others(damages.length - 1)}`, mend);
}

/** Bodies that stand beside the log: whole outputs of tools, and what definitions told their agents. */
function bodiesOf(event: ColonyEvent): readonly string[] {
  if (event.type === "COLONY_OPENED") return Object.values(event.data.instructions ?? {});
  if (event.type !== "TOOL_CALL_COMPLETED" && event.type !== "TOOL_OUTCOME_UNKNOWN") return [];
  const { blob } = event.data.result;
  return blob === undefined ? [] : [blob.sha256];
}

async function examineBodies(reader: Log, bodies: ReadonlySet<string>): Promise<readonly Finding[]> {
  const problems: string[] = [];
  for (const sha256 of bodies)
    try {
      await reader.blob(sha256);
    } catch (error) {
      problems.push(problem(messageOf(error)));
    }
  const [first] = problems;
  if (first === undefined) return [];
  const mend = "put blobs back, or restore the folder from a backup; everything else goes on without them";
  return [wrong("bodies", `${first}${others(problems.length - 1)}`, mend)];
}

/** What is wrong, without the advice that a finding gives on a line of its own. */
function problem(message: string): string {
  return harmless(message).replace(/[;.] (?:restore|put) [^;]*.*$/iu, "");
}

function others(count: number): string {
  return count < 1 ? "" : ` (and ${count} more)`;
}
