const MOST_WORDS = 6;

const NOT_TELLING = new Set(
  "a about again against all also am among an and any anything are as ask at be been between but by can check compare contrast could did difference differences different discover do does down each either else every everything explain explore find for from gather get give had has have help here how i if in inside instead into investigate is it its just know learn let list look looking me mention mentions more my need no not of on only or other our out over please read report research say says search see she should show some something summarise summarize tell than that the their them then there these they thing things this those through to too under up us versus vs want was we were what when where whether which while who why will with within would you your".split(
    " ",
  ),
);

const QUOTED = /["“`]([^"”`\n]{2,})["”`]/u;
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}'’_]|[-.](?=[\p{L}\p{N}]))*/gu;

/** The words of a task's first paragraph that say what it is about; what it puts in quotes comes before all else. */
export function tellingWords(task: string): readonly string[] {
  const [paragraph = ""] = task.trim().split(/\n\s*\n/u);
  const quoted = QUOTED.exec(paragraph)?.[1]?.match(WORD) ?? [];
  if (quoted.length > 0) return quoted.slice(0, MOST_WORDS);
  const tokens = paragraph.split(/\s+/u);
  const found = wordsOf(tokens.filter((token) => !isPath(token)).join(" "));
  // A task may name nothing but files; then their own names are what it is about.
  return (found.length > 0 ? found : wordsOf(tokens.filter(isPath).map(nameIn).join(" "))).slice(
    0,
    MOST_WORDS,
  );
}

/** The one file that a task consists of, such as "Find out about docs/a.txt."; undefined where it says anything else. */
export function onlyFile(task: string): string | undefined {
  const [paragraph = ""] = task.trim().split(/\n\s*\n/u);
  const tokens = paragraph.split(/\s+/u);
  const [file, ...others] = tokens.filter(isPath).map((token) => token.replace(/[.,;:!?]+$/u, ""));
  const words = wordsOf(tokens.filter((token) => !isPath(token)).join(" "));
  return words.length === 0 && others.length === 0 && file !== undefined && file !== "" ? file : undefined;
}

/** Half of the words, the longest ones, in their order: a wider search. Undefined where there are no fewer. */
export function fewerWords(words: readonly string[]): readonly string[] | undefined {
  if (words.length < 2) return undefined;
  const kept = new Set(words.toSorted((a, b) => b.length - a.length).slice(0, Math.floor(words.length / 2)));
  return words.filter((word) => kept.has(word));
}

function wordsOf(text: string): readonly string[] {
  const words = (text.match(WORD) ?? []).filter((word) => !NOT_TELLING.has(word.toLowerCase()));
  return [...new Set(words)];
}

function isPath(token: string): boolean {
  return token.includes("/") || /^\.{1,2}$/u.test(token) || /\w\.[a-z]\w{0,4}[.,;:!?]*$/iu.test(token);
}

function nameIn(path: string): string {
  const name =
    path
      .replace(/[/.,;:!?]+$/u, "")
      .split("/")
      .at(-1) ?? "";
  return name.replace(/\.\w{1,5}$/u, "").replaceAll(/[-_.]/gu, " ");
}
