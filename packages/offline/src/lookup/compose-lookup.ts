import { code, counted, plain } from "../survey/markdown.ts";
import { dataLines, type Finding } from "./finding.ts";
import { sideBySide, type Column } from "./side-by-side.ts";

const MOST_TITLE = 160;
const MOST_LINES = 40;

const HONESTLY =
  "*I am Colony's offline model and follow rules: everything above is quoted from the workers' reports. I can set it side by side, but not judge it; a real language model can.*";

/** What workers looked up, as Markdown: pure, from their reports alone. */
export function composeLookup(request: string, findings: readonly Finding[]): string {
  const columns = findings.map(({ name, data }) => ({ name, lines: dataLines(data) }));
  const compared = findings.length > 1 ? sideBySide(columns) : { table: "", rest: columns };
  const sections = [
    `# ${clipped(plain(request))}`,
    introduction(findings),
    compared.table,
    ...findings.map((finding, index) => section(finding, compared.rest[index])),
    HONESTLY,
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function introduction(findings: readonly Finding[]): string {
  const statuses = new Map<string, number>();
  for (const { status } of findings) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const outcome = [...statuses].map(([status, count]) => `${count} ${plain(status)}`).join(", ");
  const failed = findings.filter(({ status }) => status !== "success" && status !== "partial");
  const missing =
    failed.length === 0
      ? ""
      : ` **Missing: ${failed.map(({ name }) => plain(name)).join(", ")}**, as said below.`;
  return `${counted(findings.length, "worker")} looked this up: ${outcome}.${missing}`;
}

function section({ name, worker, status, summary, error }: Finding, rest: Column | undefined): string {
  const lines = rest?.lines ?? [];
  const said = [error, summary]
    .filter((text) => text !== "")
    .map(plain)
    .join(" - ");
  return [
    `## ${plain(name)}`,
    `${code(worker)} reported ${plain(status)}${said === "" ? "." : `: ${said}`}`,
    [
      ...lines.slice(0, MOST_LINES).map((line) => `- ${plain(line)}`),
      ...(lines.length > MOST_LINES ? [`- and ${lines.length - MOST_LINES} more`] : []),
    ].join("\n"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function clipped(title: string): string {
  return title.length <= MOST_TITLE ? title : `${title.slice(0, title.lastIndexOf(" ", MOST_TITLE))} ...`;
}
