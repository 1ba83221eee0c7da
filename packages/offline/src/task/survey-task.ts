import { isBag, parsed, textIn, textsIn } from "../json-reading.ts";

/** Which files a part of a survey consists of; what the workspace tools take. */
export interface PartScope {
  readonly paths: readonly string[];
  readonly except: readonly string[];
  readonly include: "all" | "direct" | "below";
}

/** The work of one worker: a part of a folder that is surveyed. */
export interface SurveyTask {
  /** The folder that is surveyed as a whole, as a path in the workspace. */
  readonly folder: string;
  /** Its name for titles. */
  readonly title: string;
  /** The part's name for people. */
  readonly part: string;
  readonly scope: PartScope;
}

const SCOPE_LINE = /(?:^|\n)Scope: (\{[^\n]*\})\s*(?:\n|$)/u;

/** The task as a worker is given it: sentences for whoever reads it, and one line that says exactly which files. */
export function writeTask(task: SurveyTask): string {
  const { folder, title, part, scope } = task;
  return [
    `Survey the part ${JSON.stringify(part)} of the folder ${JSON.stringify(title)}.`,
    "",
    `Scope: ${JSON.stringify({ folder, title, part, ...scope })}`,
    "",
    "Measure its files (how many, lines, bytes, per language, the largest), find the lines with TODO or FIXME, list the",
    "names that its source files export, and say in one sentence what the part is. The scope is the input of",
    "measure_files, search_text and outline_files. Report the numbers as data with report_to_parent.",
  ].join("\n");
}

/** The task in a text; undefined where the text is none. */
export function readTask(text: string): SurveyTask | undefined {
  const scope = parsed(SCOPE_LINE.exec(text)?.[1] ?? "");
  if (!isBag(scope)) return undefined;
  const paths = textsIn(scope, "paths");
  const include = scope["include"] ?? "all";
  if (paths.length === 0 || (include !== "all" && include !== "direct" && include !== "below"))
    return undefined;
  return {
    folder: textIn(scope, "folder") || ".",
    title: textIn(scope, "title") || "the workspace",
    part: textIn(scope, "part") || paths.join(", "),
    scope: { paths, except: textsIn(scope, "except"), include },
  };
}
