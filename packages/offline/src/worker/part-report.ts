import { bagIn, bagsIn, numberIn, textIn, textsIn, type Bag } from "../json-reading.ts";
import { counted } from "../survey/markdown.ts";
import type { SurveyTask } from "../task/survey-task.ts";
import { composedOf, type PartFindings } from "./part-findings.ts";

/** The input of `report_to_parent`. */
export interface PartReport {
  readonly status: "success" | "partial" | "failed";
  readonly summary: string;
  readonly data: Bag;
}

/** What besides the findings goes into a report. */
export interface Circumstances {
  /** What it was told meanwhile. */
  readonly corrections: readonly string[];
  /** What it did not come to, in words. */
  readonly undone: readonly string[];
}

const MOST_CHARACTERS = 7_500;
const MOST_TEXT = 100;
const MOST_NAMED = 5;
const SIZES = [
  { languages: 40, largest: 10, subfolders: 12, marks: 5, files: 8, names: 8, problems: 5 },
  { languages: 30, largest: 6, subfolders: 8, marks: 4, files: 4, names: 6, problems: 4 },
  { languages: 20, largest: 3, subfolders: 4, marks: 2, files: 2, names: 4, problems: 3 },
  { languages: 12, largest: 1, subfolders: 2, marks: 1, files: 1, names: 2, problems: 1 },
  { languages: 8, largest: 0, subfolders: 0, marks: 0, files: 0, names: 0, problems: 0 },
] as const;
type Sizes = (typeof SIZES)[number];

/** Makes the report of a part: exact counts always, lists as long as they fit. */
export function partReport(
  task: SurveyTask,
  findings: PartFindings,
  circumstances: Circumstances,
): PartReport {
  const missing = [...findings.failures, ...circumstances.undone].map((text) => text.slice(0, 300));
  const status = missing.length === 0 ? "success" : "partial";
  const all = SIZES.map((sizes) => dataOf(task, findings, { circumstances, missing, sizes }));
  const data =
    all.find((candidate) => JSON.stringify(candidate).length <= MOST_CHARACTERS) ?? all.at(-1) ?? {};
  return {
    status,
    summary: summaryOf(task, findings, { corrections: circumstances.corrections, missing }),
    data,
  };
}

function summaryOf(
  task: SurveyTask,
  { measured }: PartFindings,
  { corrections, missing }: { readonly corrections: readonly string[]; readonly missing: readonly string[] },
): string {
  const amount =
    measured === undefined
      ? "not measured"
      : ["file", "line", "byte"].map((noun) => counted(numberIn(measured, `${noun}s`), noun)).join(", ");
  return [
    `${JSON.stringify(task.part)}: ${amount}.`,
    ...(missing.length === 0 ? [] : [`Incomplete: ${missing.join("; ")}.`]),
    ...corrections.map(
      (text) =>
        `I was told meanwhile: ${JSON.stringify(text.slice(0, 300))}. I follow fixed rules, so it is passed on and did not change the numbers.`,
    ),
  ].join(" ");
}

function dataOf(
  task: SurveyTask,
  findings: PartFindings,
  options: {
    readonly circumstances: Circumstances;
    readonly missing: readonly string[];
    readonly sizes: Sizes;
  },
): Bag {
  const { measured, marks, outlines, said } = findings;
  const { circumstances, missing, sizes } = options;
  const isTop = task.scope.include === "direct";
  return {
    part: task.part,
    title: task.title,
    folder: task.folder,
    ...(measured === undefined ? {} : measuredData(measured, sizes)),
    ...(marks === undefined ? {} : { marks: marksData(marks, sizes) }),
    ...(outlines === undefined ? {} : { exports: exportsData(outlines, sizes) }),
    description: measured === undefined ? "" : descriptionOf(task, measured, isTop ? undefined : said),
    ...(isTop && said !== undefined ? { about: said } : {}),
    ...(missing.length === 0 ? {} : { missing }),
    ...(circumstances.corrections.length === 0
      ? {}
      : { corrections: circumstances.corrections.map((text) => text.slice(0, 300)) }),
  };
}

/** What a file says of the part, else what it consists of; several folders are named, the largest first. */
function descriptionOf({ scope }: SurveyTask, measured: Bag, said: string | undefined): string {
  if (said !== undefined) return said;
  if (scope.paths.length < 2 || scope.include !== "all") return composedOf(measured);
  const subfolders = bagsIn(bagIn(measured, "subfolders"), "largest").map((row) => textIn(row, "path"));
  const named = (subfolders.length === 0 ? scope.paths : subfolders).slice(0, MOST_NAMED);
  const hidden = scope.paths.length - named.length;
  return `${named.join(", ")}${hidden > 0 ? ` and ${hidden} more` : ""}: ${composedOf(measured)}`;
}

function measuredData(measured: Bag, sizes: Sizes): Bag {
  const languages = bagsIn(measured, "languages");
  const hidden = [...languages.slice(sizes.languages), bagIn(measured, "otherLanguages")];
  const sum = (key: string): number => hidden.reduce((total, row) => total + numberIn(row, key), 0);
  const problems = bagIn(measured, "problems");
  const subfolders = bagIn(measured, "subfolders");
  const { files, lines, bytes, source, note, notCounted } = measured;
  return {
    total: { files, lines, bytes },
    binaryFiles: numberIn(measured, "binaryFiles"),
    languages: languages.slice(0, sizes.languages),
    ...(sum("files") === 0
      ? {}
      : { otherLanguages: { files: sum("files"), lines: sum("lines"), bytes: sum("bytes") } }),
    largest: bagsIn(measured, "largest").slice(0, sizes.largest),
    ...(numberIn(subfolders, "count") < 2
      ? {}
      : {
          subfolders: {
            count: subfolders["count"],
            largest: bagsIn(subfolders, "largest").slice(0, sizes.subfolders),
          },
        }),
    ...(numberIn(problems, "count") === 0
      ? {}
      : {
          problems: { count: problems["count"], first: bagsIn(problems, "first").slice(0, sizes.problems) },
        }),
    source,
    ...(note === undefined ? {} : { note }),
    ...(notCounted === undefined ? {} : { notCounted }),
  };
}

function marksData(marks: Bag, sizes: Sizes): Bag {
  return {
    lines: numberIn(marks, "matchingLines"),
    files: numberIn(marks, "matchingFiles"),
    first: bagsIn(marks, "first")
      .slice(0, sizes.marks)
      .map((row) => ({
        path: row["path"],
        line: row["line"],
        text: textIn(row, "text").slice(0, MOST_TEXT),
      })),
  };
}

function exportsData(outlines: Bag, sizes: Sizes): Bag {
  return {
    names: numberIn(outlines, "exportedNames"),
    files: numberIn(outlines, "filesWithExports"),
    first: bagsIn(outlines, "files")
      .slice(0, sizes.files)
      .map((row) => {
        const names = textsIn(row, "names");
        const hidden = names.slice(sizes.names).length + numberIn(row, "namesNotShown");
        return {
          path: row["path"],
          names: names.slice(0, sizes.names),
          ...(hidden === 0 ? {} : { namesNotShown: hidden }),
        };
      }),
  };
}
