import { isoText } from "../adapters/calendar.ts";

const PLACE = /\{\{([^{}]*)\}\}/gu;

/** What may stand in a trigger's text, in words. */
const PLACES = {
  schedule: "{{due}}, the time that it came due at",
  webhook: "{{body}}, what was sent, and {{body.name}}, a member of it where it is JSON",
} as const;

/** Why a text will not do for a trigger, in words; undefined where it will. */
export function textProblem(text: string, kind: keyof typeof PLACES): string | undefined {
  for (const [written, name = ""] of text.matchAll(PLACE))
    if (!isPlace(name.trim(), kind)) return `${written} stands for nothing; there is ${PLACES[kind]}`;
  return undefined;
}

function isPlace(name: string, kind: keyof typeof PLACES): boolean {
  return kind === "schedule" ? name === "due" : /^body(?:\.[^.\s]+)*$/u.test(name);
}

/** The words of the input for a due time. */
export function dueText(text: string, dueAt: number): string {
  return text.replace(PLACE, () => isoText(dueAt));
}

/** The words of the input for what a webhook was sent. A text that has no place for it is followed by it. */
export function webhookText(text: string, body: string): string {
  const parsed = jsonOf(body);
  const filled = text.replace(PLACE, (_written, name: string) => {
    const [, ...path] = name.trim().split(".");
    return path.length === 0 ? body : wordsAt(parsed, path);
  });
  const isPlaced = text.search(PLACE) >= 0;
  return isPlaced || body.trim() === "" ? filled : `${filled}\n\n${body}`;
}

function wordsAt(value: unknown, path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Readonly<Record<string, unknown>>)[name]
        : undefined,
    value,
  );
  if (found === undefined) return "";
  return typeof found === "string" ? found : JSON.stringify(found);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
