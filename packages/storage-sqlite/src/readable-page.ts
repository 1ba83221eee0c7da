import { ColonyError, recipientOf, type ColonyEvent, type LogRead } from "@colony/core";
import type { EventReader } from "./event-reader.ts";

/** Told of each place in a log that cannot be read. */
export type DamageListener = (damage: ColonyError) => void;

const DEFAULT_LIMIT = 1_000;

/**
 * A page of what can be read, for those who look on: damaged events are passed over and told. Like every page it is
 * only shorter than its limit where there is no more.
 */
export function readablePage(
  reader: EventReader,
  read: LogRead,
  onDamage: DamageListener,
): readonly ColonyEvent[] {
  const { limit = DEFAULT_LIMIT } = read;
  const events: ColonyEvent[] = [];
  let { after = 0 } = read;
  for (let chunk = limit; events.length < limit;) {
    const asked = Math.min(chunk, limit - events.length);
    const rows = rowsOrDamage(reader, { ...read, after, limit: asked });
    if (rows instanceof ColonyError) {
      // A page of the database holds many events: the readable ones before it are found in smaller steps.
      if (asked > 1) {
        chunk = Math.ceil(asked / 2);
        continue;
      }
      if (!isPlain(read))
        return [...events, ...sifted(reader, { ...read, after, limit: limit - events.length }, onDamage)];
      if (after >= reader.head()) throw rows;
      after += 1;
      onDamage(
        new ColonyError("log.corrupt", `event ${after}: ${rows.message}`, { details: { seq: after } }),
      );
      continue;
    }
    for (const row of rows)
      try {
        events.push(reader.decode(row));
      } catch (error) {
        if (!(error instanceof ColonyError) || error.code !== "log.corrupt") throw error;
        onDamage(error);
      }
    if (rows.length < asked) break;
    after = nextAfter(after, rows.at(-1)?.[0]);
    chunk = limit;
  }
  return events;
}

/** An index cannot step over what it cannot read: the whole log is walked through instead, for what the read wants. */
function sifted(
  reader: EventReader,
  read: LogRead & { readonly after: number },
  onDamage: DamageListener,
): readonly ColonyEvent[] {
  const { limit = DEFAULT_LIMIT } = read;
  const found: ColonyEvent[] = [];
  for (let { after } = read; found.length < limit;) {
    const page = readablePage(reader, { after, limit: DEFAULT_LIMIT }, onDamage);
    found.push(...page.filter((event) => isWanted(event, read)));
    const last = page.at(-1);
    if (page.length < DEFAULT_LIMIT || last === undefined) break;
    after = last.seq;
  }
  return found.slice(0, limit);
}

function isWanted(event: ColonyEvent, read: LogRead): boolean {
  const { agentId, concerning, executionId, correlationId, types } = read;
  if (types !== undefined && !types.includes(event.type)) return false;
  if (agentId !== undefined && event.agentId !== agentId) return false;
  if (executionId !== undefined && event.executionId !== executionId) return false;
  if (correlationId !== undefined && event.correlationId !== correlationId) return false;
  return concerning === undefined || event.agentId === concerning || recipientOf(event) === concerning;
}

function rowsOrDamage(reader: EventReader, read: LogRead): readonly (readonly unknown[])[] | ColonyError {
  try {
    return reader.rows(read);
  } catch (error) {
    if (error instanceof ColonyError && error.code === "log.corrupt") return error;
    throw error;
  }
}

/** A read that walks through the log event by event, so that one that cannot be read can be stepped over. */
function isPlain({ agentId, concerning, executionId, correlationId, types }: LogRead): boolean {
  return [agentId, concerning, executionId, correlationId, types].every((part) => part === undefined);
}

/** What a damaged row says of its place may be anything; a walk only ever goes on. */
function nextAfter(after: number, seq: unknown): number {
  return typeof seq === "number" && Number.isSafeInteger(seq) && seq > after ? seq : after + 1;
}
