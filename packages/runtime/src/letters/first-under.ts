import type { EventLog, InputId } from "@colony/core";
import type { InputLetter } from "./letter-body.ts";

/** The input that came first under a letter's key: the owner may have received one while the letter waited. */
export async function firstUnder(
  log: Pick<EventLog, "read">,
  { agentId, idempotencyKey }: InputLetter,
  since: number,
): Promise<InputId | undefined> {
  for (let after = since; ;) {
    const page = await log.read({ agentId, types: ["INPUT_RECEIVED"], after });
    for (const event of page)
      if (event.type === "INPUT_RECEIVED" && event.data.idempotencyKey === idempotencyKey)
        return event.data.inputId;
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.seq;
  }
}
