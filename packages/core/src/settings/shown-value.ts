const LONGEST = 80;

/** A value as a sentence names it: short, whatever it is, also where it has no text of its own. Never throws. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "missing";
    case "string":
      return JSON.stringify(value.length <= LONGEST ? value : `${value.slice(0, LONGEST - 1)}…`);
    case "bigint":
      return clipped(`${value}n`);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      return isList(value) ? "a list" : "an object that will not do";
    default:
      return String(value);
  }
}

function clipped(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/** A revoked proxy is neither a list nor none. */
function isList(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
