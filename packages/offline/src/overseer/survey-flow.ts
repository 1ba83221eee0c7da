import { call, say, type Answer } from "../answer.ts";
import { batchIdOf } from "./batches.ts";
import type { PastCall } from "../conversation/conversation.ts";
import { bagOf, bagsIn, numberIn, textIn } from "../json-reading.ts";
import { problemSection, uncountedSection } from "../survey/shortcomings.ts";
import { code, counted, plain, visible } from "../survey/markdown.ts";
import { readProblems } from "../survey/part-result.ts";
import { writeTask } from "../task/survey-task.ts";
import { readListing, titleOf, type FolderListing } from "./folder-listing.ts";
import { planParts, type Listings, type Part } from "./plan-parts.ts";

const MOST_LABEL = 120;

/** The next step of a survey that was asked for: a look, the delegation, or words when there is nothing more to do. */
export function surveyStep(path: string, calls: readonly PastCall[]): Answer {
  const looks = calls.filter(({ name }) => name === "list_folder");
  const first = looks.find((look) => pathOf(look) === path);
  if (first === undefined) return call("list_folder", { path }, `Looking at ${code(path)}.`);
  if (isNoFolder(first)) return fileStep(path, calls);
  if (first.outcome?.kind !== "ok") return say(`I cannot survey ${code(path)}: ${failureOf(first)}.`);
  const root = readListing(first.outcome.value);
  const title = titleOf(root);
  if (root.files === 0) return say(emptySurvey(title, root));
  const spawned = calls.findLast(({ name }) => name === "spawn_workers");
  if (spawned !== undefined) return say(delegated(title, spawned));
  const plan = planParts(root, listingsOf(looks));
  if (plan.kind === "look")
    return call("list_folder", { path: plan.path }, `Looking into ${code(plan.path)}.`);
  return delegation(root, plan.parts);
}

function delegation(root: FolderListing, parts: readonly Part[]): Answer {
  const title = titleOf(root);
  const tasks = parts.map(({ name, scope }) => ({
    task: writeTask({ folder: root.path, title, part: name, scope }),
    label: visible(name).slice(0, MOST_LABEL),
  }));
  const words = `${code(title)} has ${counted(root.files, "file")}; I divide it into ${counted(parts.length, "part")}.`;
  return call("spawn_workers", { tasks }, words);
}

function delegated(title: string, spawned: PastCall): string {
  const labels = bagsIn(bagOf(spawned.input), "tasks").map((task) => textIn(task, "label"));
  if (spawned.outcome?.kind !== "ok")
    return `I could not hand out the survey of ${code(title)}: ${failureOf(spawned)}.`;
  const workers = bagsIn(bagOf(spawned.outcome.value), "workers").length;
  const short =
    workers < labels.length
      ? ` Only ${workers} of them could be spawned, so the survey will be partial.`
      : "";
  const batch = batchIdOf(spawned) === undefined ? " I was given no batch for them." : "";
  return `I have asked ${counted(labels.length, "worker")} to survey ${code(title)}: ${labels.map(code).join(", ")}.${short}${batch} The survey follows when they have reported.`;
}

function isNoFolder({ outcome }: PastCall): boolean {
  return outcome?.kind === "error" && outcome.message.includes("is not a folder;");
}

/** A single file needs no workers: it is measured at once. */
function fileStep(path: string, calls: readonly PastCall[]): Answer {
  const measured = calls.findLast(({ name }) => name === "measure_files");
  if (measured === undefined)
    return call("measure_files", { paths: [path] }, `${code(path)} is a file; I measure it.`);
  if (measured.outcome?.kind !== "ok")
    return say(`I cannot measure the file ${code(path)}: ${failureOf(measured)}.`);
  const bag = bagOf(measured.outcome.value);
  const language = textIn(bagsIn(bag, "languages")[0] ?? {}, "language");
  if (numberIn(bag, "files") === 0)
    return say(`${code(path)} is no file that counts here, so I did not measure it.`);
  const [problem] = readProblems(bag).first;
  if (problem !== undefined)
    return say(`${code(path)} is a file and cannot be read: ${plain(problem.problem)}.`);
  return say(
    `${code(path)} is a file${language === "" ? "" : ` (${plain(language)})`}: ${counted(numberIn(bag, "lines"), "line")}, ${counted(numberIn(bag, "bytes"), "byte")}.`,
  );
}

function emptySurvey(title: string, listing: FolderListing): string {
  const { source, note, notCounted, excluded } = listing;
  const material = {
    title,
    parts: [],
    filesListed: 0,
    unlisted: listing.problems,
    source,
    note,
    notCounted,
    excluded,
  };
  const aside = [problemSection(material), uncountedSection(material)].filter((text) => text !== "");
  const words = `# Survey of ${code(title)}\n\n**0 files, 0 lines, 0 bytes.** The folder holds no file that counts, so there was nothing to hand out. Files are what ${code(source)} lists.`;
  return [words, ...aside].join("\n\n");
}

function listingsOf(looks: readonly PastCall[]): Listings {
  return new Map(
    looks.map((look) => [pathOf(look), look.outcome?.kind === "ok" ? readListing(look.outcome.value) : null]),
  );
}

function pathOf({ input }: PastCall): string {
  return textIn(bagOf(input), "path");
}

function failureOf({ outcome }: PastCall): string {
  const message = outcome?.kind === "error" ? outcome.message : "the call has no result";
  return message.trim().replace(/\.$/u, "");
}
