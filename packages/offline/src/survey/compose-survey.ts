import { exportSection, largestSection, markSection } from "./findings.ts";
import type { PartOutcome, SurveyMaterial } from "./material.ts";
import { code, counted, plain, size, table } from "./markdown.ts";
import type { PartResult } from "./part-result.ts";
import { problemSection, uncountedSection, unlistedProblems } from "./shortcomings.ts";
import { languagesOf, totalOf } from "./totals.ts";

/** The survey as Markdown: pure, from the reports alone. */
export function composeSurvey(material: SurveyMaterial): string {
  const { title, parts } = material;
  const results = parts.map(({ result }) => result);
  const sections = [
    `# Survey of ${code(title)}`,
    introduction(material),
    parts.length === 0 ? "" : partSection(parts),
    ...parts.map((part) => insideSection(part, totalOf(results).files)),
    languageSection(results),
    largestSection(results),
    markSection(results),
    exportSection(parts),
    problemSection(material),
    uncountedSection(material),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function introduction({ parts, source, unlisted }: SurveyMaterial): string {
  const total = totalOf(parts.map(({ result }) => result));
  const unmeasured = parts.filter(({ result }) => result.amount === undefined);
  const about = parts.map(({ result }) => result.about).find((text) => text !== "");
  const amount = `**${counted(total.files, "file")}, ${counted(total.lines, "line")}, ${counted(total.bytes, "byte")}** (${size(total.bytes)})`;
  const whole =
    unmeasured.length === 0
      ? `in ${counted(parts.length, "part")}, each looked at by a worker of its own.`
      : `in ${parts.length - unmeasured.length} of ${counted(parts.length, "part")}. **These totals are partial**: ${unmeasured
          .map(({ name }) => code(name))
          .join(", ")} ${unmeasured.length === 1 ? "is" : "are"} missing (see Problems).`;
  const how = `Files are what ${code(source)} lists; lines are newline characters, as ${code("wc -l")} counts them.`;
  const unread =
    parts.reduce((sum, { result }) => sum + result.problems.count, 0) +
    unlistedProblems({ parts, unlisted }).length;
  const partial =
    unread === 0
      ? ""
      : ` **These totals are partial**: ${counted(unread, "file or folder", "files or folders")} could not be read (see Problems).`;
  return [about === undefined ? "" : plain(about), `${amount} ${whole}${partial} ${how}`]
    .filter((text) => text !== "")
    .join("\n\n");
}

function languageSection(results: readonly PartResult[]): string {
  const rows = languagesOf(results);
  if (rows.length === 0) return "";
  return `## Languages\n\n${table(
    ["Language", "Files", "Lines", "Bytes"],
    rows.map(({ language, files, lines, bytes }) => [plain(language), files, lines, bytes]),
  )}`;
}

function partSection(parts: readonly PartOutcome[]): string {
  const rows = parts.map(({ name, result, status }) => {
    const { amount, description } = result;
    if (amount === undefined) return [code(name), "-", "-", "-", `not measured (${plain(status)})`];
    return [code(name), amount.files, amount.lines, amount.bytes, plain(description)];
  });
  return `## Parts\n\n${table(["Part", "Files", "Lines", "Bytes", "What it is"], rows)}`;
}

const LARGE_SHARE = 0.4;

/** What a part consists of, where it is so much of the whole that its row in the table says too little. */
function insideSection({ name, result }: PartOutcome, files: number): string {
  const { amount, subfolders } = result;
  if (amount === undefined || amount.files < files * LARGE_SHARE || subfolders.largest.length === 0)
    return "";
  const rows = subfolders.largest.map((row) => [code(row.path), row.files, row.lines, row.bytes]);
  const hidden = subfolders.count - rows.length;
  const more = hidden > 0 ? `\n\nand ${counted(hidden, "smaller folder")}` : "";
  return `### Inside ${code(name)}\n\n${table(["Folder", "Files", "Lines", "Bytes"], rows)}${more}`;
}
