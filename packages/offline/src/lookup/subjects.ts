const MOST_SUBJECTS = 12;
const MOST_WORDS = 5;

const NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

/** The things a request names that one worker each can look up; none where it names no two that can be told apart. */
export function subjectsIn(request: string): readonly string[] {
  const [sentence = ""] = request.trim().split(/(?<=[.?!])\s+|\n/u);
  const found = [countedThings, paths, listedThings]
    .map((read) => read(sentence))
    .find(({ length }) => length > 1);
  return found === undefined || found.length > MOST_SUBJECTS ? [] : found;
}

const COUNTED = new RegExp(
  String.raw`\b(?:all|both|the|these|those|our|my|your)\s+(?:the\s+)?(\d{1,2}|${NUMBERS.join("|")})\s+((?:[\p{L}-]+\s+){0,2}?)([\p{L}-]+s)\b`,
  "iu",
);

/** "the three proposals": things that are told apart by their numbers. "Three proposals" may be any three, so it is none. */
function countedThings(sentence: string): readonly string[] {
  const [, number = "", before = "", plural = ""] = COUNTED.exec(sentence) ?? [];
  const count = NUMBERS.includes(number.toLowerCase())
    ? NUMBERS.indexOf(number.toLowerCase())
    : Number(number);
  if (plural === "" || count > MOST_SUBJECTS) return [];
  return Array.from({ length: count }, (_, index) => `${before}${singular(plural)} ${index + 1}`);
}

function singular(plural: string): string {
  if (/ies$/iu.test(plural)) return plural.replace(/ies$/iu, "y");
  return plural.replace(/(?<=s|x|z|ch|sh)es$|s$/iu, "");
}

/** Files and folders that are plainly written as such. */
function paths(sentence: string): readonly string[] {
  const tokens = sentence.split(/[\s,;]+/u).map((token) => token.replace(/[.:!?]+$/u, ""));
  return unique(tokens.filter((token) => /^(?:\.{1,2}|~)?\/\S|\w\.[a-z]\w{0,4}$/iu.test(token)));
}

const LISTING =
  /^\W*(?:please\s+|can you\s+|could you\s+)*(?:compare|contrast|research|investigate|look up|look for|look into|find|search for)\s+(.+)$/iu;
const COMPARING = /^\W*(?:please\s+|can you\s+|could you\s+)*(?:compare|contrast)\b/iu;
const PLACE = /\s+(?:in|from|under|at|on|within)\s+(?:the\s+)?\S*[/.]\S*$/iu;
const NO_THING =
  /^(?:then|it|them|what|how|which|who|why|when|where|whether|say|tell|report|summari[sz]e|give|show|list|explain|write|decide|recommend)\b/iu;

/** "A, B and C"; where it is compared, also "A with B". */
function listedThings(sentence: string): readonly string[] {
  const rest =
    LISTING.exec(sentence)?.[1]
      ?.replace(/[\s.?!]+$/u, "")
      .replace(PLACE, "") ?? "";
  const between = COMPARING.test(sentence)
    ? /\s*,\s*(?:and\s+)?|\s+(?:and|with|to|versus|vs\.?|against)\s+/iu
    : /\s*,\s*(?:and\s+)?|\s+and\s+/iu;
  const items = rest.split(between).map((item) => item.replace(/^(?:the|an?|our|my|your)\s+/iu, "").trim());
  const areThings = items.every(
    (item) => item !== "" && item.split(/\s+/u).length <= MOST_WORDS && !NO_THING.test(item),
  );
  return areThings ? unique(items) : [];
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
