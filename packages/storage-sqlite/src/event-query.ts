import { agentId as toAgentId, type LogRead } from "@colony/core";
import type { Names } from "./names.ts";
import { EVENT_COLUMNS, ownExecutionNumber } from "./event-row.ts";

/** A value that a statement is given. */
export type Bound = string | number;

/** A statement that answers one read. */
export interface EventSql {
  readonly sql: string;
  readonly values: readonly Bound[];
}

/** A set of events that one index finds in seq order. */
interface Source {
  readonly index: string;
  readonly where: string;
  readonly values: readonly Bound[];
  /** In one stream the order of versions is the order of seqs, and the index has it. */
  readonly order: "seq" | "version";
}

const DEFAULT_LIMIT = 1_000;

/**
 * The statement for a read; undefined where nothing can fit. The most telling condition picks the index (or several,
 * whose pages are merged by seq), the others filter what it finds.
 */
export function eventSql(read: LogRead, names: Names): EventSql | undefined {
  const { after = 0, limit = DEFAULT_LIMIT } = read;
  if (read.types?.length === 0) return undefined;
  const sources = sourcesOf(read, names);
  const rest = filtersOf(read, names);
  const filter = rest.map(({ where }) => ` AND (${where})`).join("");
  const filterValues = rest.flatMap(({ values }) => values);
  const [first, ...others] = sources;
  if (first === undefined)
    return {
      sql: `SELECT ${EVENT_COLUMNS} FROM events WHERE seq > ?${filter} ORDER BY seq LIMIT ?`,
      values: [after, ...filterValues, limit],
    };
  const from = (columns: string, { index, where, order }: Source): string =>
    `SELECT ${columns} FROM events INDEXED BY ${index} WHERE ${where} AND seq > ?${filter} ORDER BY ${order} LIMIT ?`;
  const valuesOf = ({ values }: Source): readonly Bound[] => [...values, after, ...filterValues, limit];
  if (others.length === 0) return { sql: from(EVENT_COLUMNS, first), values: valuesOf(first) };
  const seqs = sources.map((source) => `SELECT seq FROM (${from("seq", source)})`).join(" UNION ALL ");
  return {
    sql: `SELECT ${EVENT_COLUMNS} FROM events WHERE seq IN (${seqs} ORDER BY seq LIMIT ?) ORDER BY seq`,
    values: [...sources.flatMap(valuesOf), limit],
  };
}

function sourcesOf(read: LogRead, names: Names): readonly Source[] {
  const { agentId, concerning, executionId, correlationId, types } = read;
  if (agentId !== undefined) return [stream(names.find(agentId))];
  if (concerning !== undefined) {
    const no = names.find(concerning);
    return [stream(no), source("events_mail", "recipient = ?", no)];
  }
  if (executionId !== undefined)
    return [
      {
        index: "events_stream",
        where: OWN_EXECUTION,
        values: ownExecution(executionId, names),
        order: "version",
      },
      source("events_execution", "execution_id = ?", executionId),
    ];
  if (correlationId !== undefined)
    return [source("events_correlation", "correlation = ?", names.find(correlationId))];
  return [...new Set(types)].map((type) => source("events_type", "type = ?", names.find(type)));
}

function source(index: string, where: string, value: Bound): Source {
  return { index, where, values: [value], order: "seq" };
}

function stream(agent: number): Source {
  return { index: "events_stream", where: "agent = ?", values: [agent], order: "version" };
}

/** An agent's own executions are numbers in its stream; another stream that names one holds the whole id. */
const OWN_EXECUTION = "agent = ? AND execution = ?";

function ownExecution(executionId: string, names: Names): readonly [number, number] {
  const agent = toAgentId(executionId.slice(0, Math.max(0, executionId.lastIndexOf("."))));
  const number = ownExecutionNumber(agent, executionId);
  return number === null ? [-1, -1] : [names.find(agent), number];
}

type Filter = Pick<Source, "where" | "values">;

/** Conditions that the sources do not already hold. */
function filtersOf(read: LogRead, names: Names): readonly Filter[] {
  const { agentId, concerning, executionId, correlationId, types } = read;
  const filters: Filter[] = [];
  const streamed = agentId !== undefined || concerning !== undefined;
  if (agentId !== undefined && concerning !== undefined) {
    const no = names.find(concerning);
    filters.push({ where: "agent = ? OR recipient = ?", values: [no, no] });
  }
  if (executionId !== undefined && streamed)
    filters.push({
      where: `${OWN_EXECUTION} OR execution_id = ?`,
      values: [...ownExecution(executionId, names), executionId],
    });
  if (correlationId !== undefined && (streamed || executionId !== undefined))
    filters.push({ where: "correlation = ?", values: [names.find(correlationId)] });
  if (types !== undefined && (streamed || executionId !== undefined || correlationId !== undefined))
    filters.push({
      where: `type IN (${types.map(() => "?").join(", ")})`,
      values: types.map((type) => names.find(type)),
    });
  return filters;
}
