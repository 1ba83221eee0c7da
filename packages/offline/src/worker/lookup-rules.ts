import { call, type Answer } from "../answer.ts";
import type { PastCall } from "../conversation/conversation.ts";
import type { OfferedTool } from "../conversation/offered-tools.ts";
import { counted } from "../survey/markdown.ts";
import { readProblems } from "../survey/part-result.ts";
import { bagOf, type Bag, isBag, numberIn, textIn } from "../json-reading.ts";
import { fewerWords, onlyFile, tellingWords } from "../lookup/telling-words.ts";
import { foundLines } from "./found-lines.ts";
import { lookupReport } from "./lookup-report.ts";
import type { Search } from "./search.ts";
import { searchToolIn } from "./search-tool.ts";

const MOST_READ = 60;
const NO_WAY =
  "I am the offline model: I follow rules. I can survey a folder, and look things up with a tool that searches for words. This task is no survey and I have no tool that searches, so nothing was done.";
const NO_WORDS =
  "I am the offline model: I look up the telling words of a task with a tool that searches. This task has none, so nothing was done.";

/** What is known of a task that is to be looked up. */
export interface LookupSituation {
  /** The task and whatever was said to the worker after it; each is searched for. */
  readonly told: readonly string[];
  readonly calls: readonly PastCall[];
  readonly offered: readonly OfferedTool[];
  readonly hurry: boolean;
}

/** What a worker does next with a task that is no survey: it searches for its words, then reports what it found. */
export function lookupAnswer({ told, calls, offered, hurry }: LookupSituation): Answer {
  const tool = searchToolIn(offered);
  const searches: Search[] = [];
  const missed: string[] = [];
  for (const text of told) {
    const file = offered.some(({ name }) => name === "read_file") ? onlyFile(text) : undefined;
    const words = file === undefined ? tellingWords(text) : [file];
    for (const tried of [words, fewerWords(words)]) {
      if (tried === undefined || tried.length === 0) continue;
      const query = tried.join(" ");
      const made = searchFor(query, calls);
      if (made === undefined) {
        if (file !== undefined && !hurry)
          return call("read_file", { path: file, limit: MOST_READ }, `Reading ${JSON.stringify(file)}.`);
        if (tool !== undefined && !hurry)
          return call(
            tool.name,
            { [tool.property]: query, ...tool.besides },
            `Searching for ${JSON.stringify(query)}.`,
          );
        missed.push(query);
        break;
      }
      if (!searches.some((search) => search.query === query)) searches.push(made);
      if (made.lines.length > 0 || made.problem !== "") break;
    }
  }
  const refused = calls.findLast(
    ({ name, outcome }) => name === "report_to_parent" && outcome?.kind === "error",
  );
  if (searches.length === 0 && (tool === undefined || missed.length === 0))
    return failed(tool === undefined ? NO_WAY : NO_WORDS);
  const report = lookupReport({ searches, missed, schema: dataSchemaIn(offered) });
  if (refused?.outcome?.kind === "error")
    return failed(`${report.summary} My report of it was refused: ${refused.outcome.message}`);
  return call("report_to_parent", report, "Reporting.");
}

function failed(summary: string): Answer {
  return call("report_to_parent", { status: "failed", summary });
}

function searchFor(query: string, calls: readonly PastCall[]): Search | undefined {
  const made = calls.findLast(
    ({ name, input }) => name !== "report_to_parent" && Object.values(bagOf(input)).includes(query),
  );
  if (made === undefined) return undefined;
  const { outcome } = made;
  if (
    outcome?.kind === "ok" &&
    made.name === "search_text" &&
    isBag(outcome.value) &&
    "first" in outcome.value
  )
    return {
      query,
      lines: foundLines(outcome.value["first"]),
      found: numberIn(outcome.value, "matchingLines"),
      unread: readProblems(outcome.value),
      problem: "",
    };
  if (outcome?.kind === "ok" && made.name === "read_file") return readingOf(query, bagOf(outcome.value));
  if (outcome?.kind === "ok") return { query, lines: foundLines(outcome.value), problem: "" };
  return { query, lines: [], problem: outcome?.message ?? "the call has no result" };
}

function readingOf(file: string, result: Bag): Search {
  const lines = foundLines(textIn(result, "text"));
  const name = JSON.stringify(file);
  const words =
    result["binary"] === true
      ? `${name} is a binary file, so I did not read it.`
      : "nextOffset" in result
        ? `I read only the beginning of ${name}, to line ${numberIn(result, "toLine")}.`
        : `I read all of ${name}; ${counted(lines.length, "line")} of it ${lines.length === 1 ? "is" : "are"} not empty.`;
  return { query: file, lines, words, problem: "" };
}

function dataSchemaIn(offered: readonly OfferedTool[]): Readonly<Record<string, unknown>> {
  const schema = offered.find(({ name }) => name === "report_to_parent")?.schema ?? {};
  return bagOf(bagOf(schema["properties"])["data"]);
}
