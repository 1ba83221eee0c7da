import { code, plain, table } from "../survey/markdown.ts";

/** Lines found for one thing. */
export interface Column {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What can be put side by side, and what is left of each column. */
export interface SideBySide {
  /** A Markdown table; "" where the columns have nothing in common. */
  readonly table: string;
  readonly rest: readonly Column[];
}

interface Headed {
  readonly line: string;
  readonly source: string;
  readonly head: string;
  readonly value: string;
}

const SOURCE = /^(\S*[./]\S*?):(?:\d+:)?\s+/u;
const HEADED = /^[\s>*+-]*([\p{L}][\p{L} ]{0,39})[*_]*:[*_]*\s+(\S.*)$/u;

/** Puts lines such as "Cost: 10" beside each other where more than one column has one with that head. */
export function sideBySide(columns: readonly Column[]): SideBySide {
  const read = columns.map(({ lines }) => firstOfEachHead(lines));
  const heads = [...new Set(read.flatMap((column) => [...column.keys()]))].filter(
    (head) => read.filter((column) => column.has(head)).length > 1,
  );
  if (heads.length === 0) return { table: "", rest: columns };
  const shown = read.map((column) => heads.flatMap((head) => column.get(head) ?? []));
  const rows = heads.map((head) => [
    plain(read.flatMap((column) => column.get(head) ?? [])[0]?.head ?? head),
    ...read.map((column) => plain(column.get(head)?.value ?? "-")),
  ]);
  const sources = shown.map((column) => [
    ...new Set(column.flatMap(({ source }) => (source === "" ? [] : [source]))),
  ]);
  if (sources.some(({ length }) => length > 0))
    rows.push(["Source", ...sources.map((some) => some.map(code).join(", "))]);
  const used = shown.map((column) => new Set(column.map(({ line }) => line)));
  return {
    table: table(["", ...columns.map(({ name }) => plain(name))], rows),
    rest: columns.map(({ name, lines }, index) => ({
      name,
      lines: lines.filter((line) => used[index]?.has(line) !== true),
    })),
  };
}

function firstOfEachHead(lines: readonly string[]): ReadonlyMap<string, Headed> {
  const found = new Map<string, Headed>();
  for (const line of lines) {
    const headed = headedOf(line);
    if (headed !== undefined && !found.has(headed.head.toLowerCase()))
      found.set(headed.head.toLowerCase(), headed);
  }
  return found;
}

function headedOf(line: string): Headed | undefined {
  const source = SOURCE.exec(line)?.[1] ?? "";
  const [, head, value] = HEADED.exec(line.replace(SOURCE, "")) ?? [];
  return head === undefined || value === undefined ? undefined : { line, source, head: head.trim(), value };
}
