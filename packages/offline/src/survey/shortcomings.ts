import { numberIn } from "../json-reading.ts";
import type { PartOutcome, SurveyMaterial } from "./material.ts";
import type { PartResult } from "./part-result.ts";
import { code, counted, plain } from "./markdown.ts";
import { totalOf } from "./totals.ts";

/** What went wrong: parts that are missing or incomplete, files that could not be read, a folder that changed. */
export function problemSection(material: SurveyMaterial): string {
  const { parts, filesListed } = material;
  const items = [
    ...parts.flatMap(partProblems),
    ...parts.flatMap(fileProblems),
    ...unlistedProblems(material).map(problemLine),
  ];
  const measured = totalOf(parts.map(({ result }) => result)).files;
  if (
    filesListed !== undefined &&
    parts.every(({ result }) => result.amount !== undefined) &&
    filesListed !== measured
  )
    items.push(
      `- The folder changed meanwhile: ${counted(filesListed, "file")} when the work was divided, ${measured} when the parts were measured.`,
    );
  return items.length === 0 ? "" : `## Problems\n\n${items.join("\n")}`;
}

function partProblems({ name, worker, status, reason, result }: PartOutcome): readonly string[] {
  const missing = result.missing.map((what) => plain(what)).join("; ");
  if (result.amount === undefined)
    return [
      `- ${code(name)} is missing: its worker ${code(worker)} ended as ${plain(status)}${reason === "" ? "" : ` (${plain(reason)})`}.`,
    ];
  if (status === "success") return [];
  const why = missing === "" ? plain(reason) : missing;
  return [
    `- ${code(name)} is incomplete: its worker ${code(worker)} reported ${plain(status)}${why === "" ? "" : ` (${why})`}.`,
  ];
}

function fileProblems({ name, result }: PartOutcome): readonly string[] {
  const { count, first } = result.problems;
  if (count === 0) return [];
  const items = first.map(problemLine);
  return count > first.length
    ? [...items, `- and ${count - first.length} more in ${code(name)} that could not be read.`]
    : items;
}

type Problems = PartResult["problems"]["first"];

function problemLine({ path, problem }: Problems[number]): string {
  return `- ${code(path)}: ${plain(problem)}; its lines and bytes are not in the totals.`;
}

/** What could not be looked at when the work was divided, and is in nobody's part. */
export function unlistedProblems({ parts, unlisted }: Pick<SurveyMaterial, "parts" | "unlisted">): Problems {
  const told = new Set(parts.flatMap(({ result }) => result.problems.first.map(({ path }) => path)));
  return (unlisted?.first ?? []).filter(({ path }) => !told.has(path));
}

const KINDS: readonly (readonly [key: string, noun: string, plural: string])[] = [
  ["symbolicLinks", "symbolic link (never followed)", "symbolic links (never followed)"],
  ["specialFiles", "socket, pipe or device", "sockets, pipes or devices"],
  ["nestedRepositories", "nested git repository", "nested git repositories"],
  ["deleted", "file that git tracks and that is gone", "files that git tracks and that are gone"],
];

/** What is there and was left out on purpose. */
export function uncountedSection({ source, note, notCounted, excluded, parts }: SurveyMaterial): string {
  const met = KINDS.flatMap(([key, noun, plural]) => {
    const count = Math.max(numberIn(notCounted, key), sumOf(parts, key));
    return count === 0 ? [] : [`- ${counted(count, noun, plural)}`];
  });
  const items = [
    ...(source.startsWith("git") ? ["- what git ignores, and git's own folder"] : []),
    ...excluded.map((folder) => `- ${code(folder)}, which is excluded from this workspace`),
    ...met,
    ...(note === "" ? [] : [`- Note: ${plain(note)}`]),
  ];
  return items.length === 0 ? "" : `## Not counted\n\n${items.join("\n")}`;
}

function sumOf(parts: readonly PartOutcome[], key: string): number {
  return parts.reduce((sum, { result }) => sum + numberIn(result.notCounted, key), 0);
}
