/** A text of a file: what stands in it, one after the other. */
export type Text = readonly (string | Reference)[];

/** A variable that is to be put in, with what is there instead where it is not set. */
interface Reference {
  readonly name: string;
  readonly fallback: Text | undefined;
}

/** A reference that means nothing, as it is written, and why it does not. */
export interface BadReference {
  readonly written: string;
  readonly why: string;
}

/** More defaults within one another than anybody writes. */
const MOST_LEVELS = 20;

/** What is shown of a reference that means nothing. Characters. */
const SHOWN = 60;

const TOKENS = /\$\$\{|\$\{(?:(?<name>[A-Za-z_]\w*)(?<after>\}|:-))?|[{}]|[^${}]+|\$/gu;

/** A default that has not ended yet; the outermost is the text itself. */
interface Open {
  readonly name: string;
  /** Where it begins. */
  readonly from: number;
  readonly parts: (string | Reference)[];
  /** Braces of its own that have not ended yet. */
  braces: number;
}

/**
 * Reads `${NAME}` and `${NAME:-default}`; `$${` stands for `${` itself. A default may hold references, and braces in pairs: it
 * goes to the brace that ends it.
 */
export function readReferences(text: string): Text | BadReference {
  const whole: Open = { name: "", from: 0, parts: [], braces: 0 };
  const open: Open[] = [];
  for (const { 0: token, index, groups = {} } of text.matchAll(TOKENS)) {
    const inner = open.at(-1) ?? whole;
    const { name, after } = groups;
    if (token === "}" && inner !== whole && inner.braces === 0) {
      open.pop();
      (open.at(-1) ?? whole).parts.push({ name: inner.name, fallback: inner.parts });
    } else if (name === undefined) {
      if (token === "${") return bad(text, index, NAMELESS);
      if (token.endsWith("{")) inner.braces += 1;
      if (token === "}") inner.braces -= 1;
      inner.parts.push(token === "$${" ? "${" : token);
    } else if (after === "}") inner.parts.push({ name, fallback: undefined });
    else if (open.length === MOST_LEVELS)
      return bad(text, index, `which lies in more than ${MOST_LEVELS} defaults; write fewer`);
    else open.push({ name, from: index, parts: [], braces: 0 });
  }
  const [unended] = open;
  return unended === undefined ? whole.parts : bad(text, unended.from, ENDLESS);
}

const NAMELESS = "which names no variable; write ${NAME} or ${NAME:-default}, and $${ for ${ itself";
const ENDLESS = "which no } ends; braces in a default come in pairs";

function bad(text: string, from: number, why: string): BadReference {
  const [written = ""] = /^[^}]*\}?/u.exec(text.slice(from, from + SHOWN)) ?? [];
  return { written, why };
}
