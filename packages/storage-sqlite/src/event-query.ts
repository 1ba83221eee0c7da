import { agentId as toAgentId, type LogRead } from "@colony/core";
import type { Names } from "./names.ts";
import { ownExecutionNumber } from "./event-row.ts";
import type { Heading } from "./register-entry.ts";

/** A value that a statement is given. */
export type Bound = string | number;

/** What a read asks for, in the words of the database. */
export interface EventSearch {
  /**
   * The register has everything that may be wanted under these, and nothing else is looked at. None: everything may be.
   */
  readonly headings: readonly Heading[];
  /** What the rows that are wanted say. SQL, with a mark for each value. */
  readonly where: string;
  readonly values: readonly Bound[];
}

/** The search for a read; undefined where nothing can fit. */
export function searchFor(read: LogRead, names: Names): EventSearch | undefined {
  if (read.types?.length === 0) return undefined;
  const conditions = conditionsOf(read, names);
  return {
    headings: headingsOf(read, names),
    where: conditions.map(({ where }) => `(${where})`).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** The most telling condition says where to look. */
function headingsOf(read: LogRead, names: Names): readonly Heading[] {
  const { agentId, concerning, executionId, correlationId, types } = read;
  if (agentId !== undefined) return [["agent", names.find(agentId)]];
  if (concerning !== undefined) {
    const no = names.find(concerning);
    return [
      ["agent", no],
      ["recipient", no],
    ];
  }
  if (executionId !== undefined)
    return [
      ["agent", ownExecution(executionId, names)[0]],
      ["execution", executionId],
    ];
  if (correlationId !== undefined) return [["correlation", names.find(correlationId)]];
  return [...new Set(types)].map((type) => ["type", names.find(type)]);
}

interface Condition {
  readonly where: string;
  readonly values: readonly Bound[];
}

function conditionsOf(read: LogRead, names: Names): readonly Condition[] {
  const { agentId, concerning, executionId, correlationId, types } = read;
  const conditions: Condition[] = [];
  if (agentId !== undefined) conditions.push({ where: "agent = ?", values: [names.find(agentId)] });
  if (concerning !== undefined) {
    const no = names.find(concerning);
    conditions.push({ where: "agent = ? OR recipient = ?", values: [no, no] });
  }
  if (executionId !== undefined)
    conditions.push({
      where: "agent = ? AND execution = ? OR execution_id = ?",
      values: [...ownExecution(executionId, names), executionId],
    });
  if (correlationId !== undefined)
    conditions.push({ where: "correlation = ?", values: [names.find(correlationId)] });
  if (types !== undefined)
    conditions.push({
      where: `type IN (${types.map(() => "?").join(", ")})`,
      values: types.map((type) => names.find(type)),
    });
  return conditions;
}

/** An agent's own executions are numbers in its stream; another stream that names one holds the whole id. */
function ownExecution(executionId: string, names: Names): readonly [agent: number, execution: number] {
  const agent = toAgentId(executionId.slice(0, Math.max(0, executionId.lastIndexOf("."))));
  const number = ownExecutionNumber(agent, executionId);
  return number === null ? [-1, -1] : [names.find(agent), number];
}
