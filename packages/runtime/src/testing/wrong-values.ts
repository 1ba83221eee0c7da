import { ColonyError, messageOf, type ErrorCode } from "@colony/core";

// What programs without types give by mistake, and how calls answer.

const circular: Record<string, unknown> = {};
circular["self"] = circular;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const trapped = new Proxy(
  {},
  {
    get() {
      throw new Error("a getter threw");
    },
    ownKeys() {
      throw new Error("a getter threw");
    },
  },
);

/** Values of every type there is, and of the odd kinds of each. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "x",
  10n,
  Symbol("s"),
  () => 1,
  [],
  [null],
  {},
  circular,
  revoked.proxy,
  trapped,
];

const isText = (odd: unknown): boolean => typeof odd === "string";
const isNumber = (odd: unknown): odd is number => typeof odd === "number" && !Number.isNaN(odd);

/** What may stand somewhere, and which of the odd values are right there after all. */
const TAKES = {
  text: isText,
  key: (odd) => odd === "x",
  word: () => false,
  flag: (odd) => odd === true,
  whole: (odd) => odd === 0,
  fromOne: () => false,
  ms: (odd) => isNumber(odd) && odd >= 0,
  graceMs: (odd) => isNumber(odd) && Number.isFinite(odd) && odd >= 0,
  number: (odd) => isNumber(odd) && Number.isFinite(odd),
  amount: (odd) => isNumber(odd) && Number.isFinite(odd) && odd >= 0,
  signal: () => false,
  list: (odd) => Array.isArray(odd) && odd.length === 0,
  run: (odd) => typeof odd === "function",
  pricing: (odd) => odd === undefined || typeof odd === "function" || isOptions(odd),
  /** One of which nothing has to be given. */
  options: isOptions,
  optionsOrList: (odd) => typeof odd === "object" && odd !== null && isPlainAndEmpty(odd),
  /** Whether it is one is the question's to say. */
  answer: (odd) => isText(odd) || (isNumber(odd) && Number.isFinite(odd)) || isOptions(odd),
  object: () => false,
  json: (odd) =>
    odd === null ||
    typeof odd === "boolean" ||
    isText(odd) ||
    (isNumber(odd) && Number.isFinite(odd)) ||
    (Array.isArray(odd) && isReadable(odd)) ||
    (typeof odd === "object" && isPlainAndEmpty(odd)),
} as const satisfies Readonly<Record<string, (odd: unknown) => boolean>>;

/** What may stand somewhere. */
export type Kind = keyof typeof TAKES;

function isOptions(odd: unknown): boolean {
  return typeof odd === "object" && odd !== null && !Array.isArray(odd) && isPlainAndEmpty(odd);
}

function isReadable(odd: unknown): boolean {
  try {
    JSON.stringify(odd);
    return true;
  } catch {
    return false;
  }
}

function isPlainAndEmpty(odd: object): boolean {
  try {
    return Object.keys(odd).length === 0;
  } catch {
    return false;
  }
}

/** The odd values that are wrong there. */
export function wrongFor(kind: Kind): readonly unknown[] {
  return ODD.filter((odd) => {
    try {
      return !TAKES[kind](odd);
    } catch {
      return true;
    }
  });
}

/** How a call answered. */
export interface Answered {
  readonly refused: ErrorCode | "without a code" | "not at all";
  readonly sentence: string;
}

/** Calls, and waits for what comes of it. Calls that throw at once count too. */
export async function answerTo(call: () => unknown): Promise<Answered> {
  try {
    await call();
  } catch (error) {
    if (error instanceof ColonyError) return { refused: error.code, sentence: error.message };
    return { refused: "without a code", sentence: messageOf(error) };
  }
  return { refused: "not at all", sentence: "" };
}

/** The names of everything that can be called on an object, as a program finds them. */
export function callsOf(face: object): readonly string[] {
  const names = new Set<string>();
  for (let at: object | null = face; at !== null && at !== Object.prototype; at = Reflect.getPrototypeOf(at))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === "function" && name !== "constructor") names.add(name);
  return [...names].toSorted();
}

/** Whether a refusal is one sentence that somebody can read: one line, neither cut off nor endless. */
export function isOneSentence(sentence: string): boolean {
  return sentence.length >= 15 && sentence.length <= 500 && !/[\n\r]/u.test(sentence);
}
