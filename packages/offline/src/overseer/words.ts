/** What the offline overseer can do with the tools it has, for whoever greets it. */
export function greetingWords(tools: ReadonlySet<string>): string {
  return `Hello. I am Colony's offline model: I follow rules and need no network. I can ${abilities(tools)}.`;
}

/** For everything the rules do not understand. */
export function otherWords(tools: ReadonlySet<string>): string {
  return `I am Colony's offline model, which follows rules and does not understand this. I can ${abilities(tools)}. For a real language model set OPENAI_API_KEY or ANTHROPIC_API_KEY (OPENAI_BASE_URL for any compatible server) and start again.`;
}

/** Workers search with the workspace's tools; without a workspace they may have tools of their own that search. */
function abilities(tools: ReadonlySet<string>): string {
  const all = [
    tools.has("list_folder")
      ? 'survey this folder with several workers at once ("Survey this folder", "Survey ./docs")'
      : "",
    tools.has("search_text")
      ? 'have things looked up in its files ("Find TODO", "Compare a.txt with b.txt")'
      : tools.has("list_folder")
        ? ""
        : "have things looked up by workers that have a tool to search with",
    'tell what the workers are doing ("status")',
  ].filter((text) => text !== "");
  return `${all.slice(0, -1).join(", ")} and ${all.at(-1) ?? ""}`;
}

/** Where a person calls something off: the model cannot stop what the runtime runs. */
export const CALLING_OFF_WORDS =
  "All right, I begin nothing more. Workers that are already running are stopped with the stop command; their reports come to me as they end.";

/** Where every worker of a survey was stopped. */
export const STOPPED_SURVEY_WORDS = "The survey you stopped was not finished.";

/** Where every worker that looked something up was stopped. */
export const STOPPED_LOOKUP_WORDS = "What you had looked up and stopped was not finished.";

/** Where a limit was reached before everything was done. */
export const WRAP_UP_WORDS =
  "A limit of this turn has been reached, so I begin nothing more in it. Workers that are running go on, and their reports still come to me; ask again for what is missing.";

/** Where neither delegating nor reporting is possible. */
export const NO_TOOLS_WORDS =
  "I am Colony's offline model and have been given neither spawn_workers nor report_to_parent, so there is nothing I can do here. For a real language model set OPENAI_API_KEY or ANTHROPIC_API_KEY (OPENAI_BASE_URL for any compatible server).";
