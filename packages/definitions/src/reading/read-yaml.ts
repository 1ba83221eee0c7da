import type * as Yaml from "yaml";
import type { Alias, Document, LineCounter, Node as YamlNode, Pair, YAMLMap, YAMLSeq } from "yaml";
import type { Problems } from "../problems/problems.ts";
import type { Entry, Node, Place } from "../tree/node.ts";

/** More is a file that multiplies itself with aliases. */
const MOST_NODES = 50_000;

/** What lies deeper in one another than this was not written by anybody. */
const MOST_LEVELS = 100;
const TOO_DEEP = `is nested more than ${MOST_LEVELS} levels deep; write it flatter`;

/** Means something of its own to every object of this language. */
const UNUSABLE = "__proto__";

/** What YAML, or the part of it that JSON is, says with where; undefined where it cannot be read, which is then a problem. */
export async function readYaml(
  file: string,
  text: string,
  { form, problems }: { readonly form: "yaml" | "json"; readonly problems: Problems },
): Promise<Node | undefined> {
  // Loaded only where there is something to read: it takes a while.
  const yaml = await import("yaml");
  const tooDeep = tooDeepAt(yaml, file, text);
  if (tooDeep !== undefined) {
    problems.at(tooDeep, [], TOO_DEEP);
    return undefined;
  }
  const lines = new yaml.LineCounter();
  const document: Document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    schema: form === "json" ? "json" : "core",
  });
  const faults = [...document.errors, ...document.warnings];
  const unquoted = faults.findIndex(({ pos }) => variableAt(text, pos[0]) !== undefined);
  // From there on nothing is read as it was meant.
  const told = unquoted < 0 ? faults : faults.slice(0, unquoted + 1);
  for (const { pos, message } of told) {
    const variable = variableAt(text, pos[0]);
    if (variable === undefined) problems.at(placeAt(file, lines, pos[0]), [], inWords(message));
    else problems.at(placeAt(file, lines, pos[0] - 1), [], wantsQuotes(variable));
  }
  if (faults.length > 0) return undefined;
  if (form === "json" && !isJson(file, text, { lines, problems })) return undefined;
  const before = problems.count;
  const node = new Converter(yaml, { file, lines, document, problems }).node(document.contents);
  return problems.count > before ? undefined : node;
}

/** Where a text gets too deep for whoever calls himself for each level of it, as those do who make a document of it. */
function tooDeepAt(yaml: typeof Yaml, file: string, text: string): Place | undefined {
  const lines = new yaml.LineCounter();
  const parser = new yaml.Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new yaml.Lexer().lex(text)) {
    // What it has made of it by then is made again where the text will do.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MOST_LEVELS) return placeAt(file, lines, parser.offset);
  }
  return undefined;
}

/** YAML takes comments and words without quotes where JSON does not. */
function isJson(
  file: string,
  text: string,
  { lines, problems }: { readonly lines: LineCounter; readonly problems: Problems },
): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    // The rest of what it says holds a piece of the file.
    const offset = Number(/ at position (\d+)/u.exec(String(error))?.[1] ?? 0);
    problems.at(
      placeAt(file, lines, offset),
      [],
      "is not JSON from here on: mend it, or name the file .yaml",
    );
    return false;
  }
}

/** The variable whose brace YAML takes for one of its own, as it does within { } and [ ]. Its default may be a secret. */
function variableAt(text: string, brace: number): string | undefined {
  const name = /^\$\{(\w*)/u.exec(text.slice(Math.max(0, brace - 1), brace + LONGEST_NAME))?.[1];
  return name === undefined ? undefined : `\${${name === "" ? "..." : name}}`;
}

/** Names of variables are shown up to here. Characters. */
const LONGEST_NAME = 60;

function wantsQuotes(variable: string): string {
  return `cannot be read: within { } and [ ] what holds ${variable} wants quotes around it, as in "${variable}"`;
}

function inWords(message: string): string {
  const [first = ""] = message.split("\n", 1);
  return `cannot be read: ${first}`;
}

function placeAt(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { file, line: 1, column: 1 } : { file, line, column: col };
}

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document;
  readonly problems: Problems;
}

/** Makes our nodes of those of the YAML library. */
class Converter {
  readonly #yaml: typeof Yaml;
  readonly #source: Source;
  /** Those within which something is being made, from the outermost on. */
  readonly #within: unknown[] = [];
  /** The alias that led out of what is written here, where there is one. */
  #alias: Place | undefined;
  readonly #meant = new Map<Alias, YamlNode | undefined>();
  #count = 0;
  #isTooDeep = false;

  constructor(yaml: typeof Yaml, source: Source) {
    this.#yaml = yaml;
    this.#source = source;
  }

  node(from: unknown, at?: Place): Node | undefined {
    const { isAlias, isMap, isSeq, isScalar, isNode } = this.#yaml;
    const place = isNode(from)
      ? this.#placeOf(from, at)
      : (at ?? { file: this.#source.file, line: 1, column: 1 });
    this.#count += 1;
    if (this.#count > MOST_NODES) {
      if (this.#count === MOST_NODES + 1)
        this.#source.problems.at(place, [], "says too much: its aliases multiply what it holds");
      return undefined;
    }
    if (isAlias(from)) return this.#aliased(from, place);
    if (isMap(from) || isSeq(from)) return this.#collection(from, place);
    const value = isScalar(from) ? from.value : null;
    return { kind: "leaf", place, value, written: value };
  }

  #collection(from: YAMLMap | YAMLSeq, place: Place): Node | undefined {
    if (this.#within.length >= MOST_LEVELS) {
      // Aliases may lead there many times.
      if (!this.#isTooDeep) this.#source.problems.at(this.#alias ?? place, [], TOO_DEEP);
      this.#isTooDeep = true;
      return undefined;
    }
    this.#within.push(from);
    const node: Node = this.#yaml.isMap(from)
      ? { kind: "map", place, entries: this.#entries(from) }
      : { kind: "list", place, items: this.#items(from) };
    this.#within.pop();
    return node;
  }

  #aliased(alias: Alias, place: Place): Node | undefined {
    // The whole document is gone through for it.
    if (!this.#meant.has(alias)) this.#meant.set(alias, alias.resolve(this.#source.document));
    const meant = this.#meant.get(alias);
    if (meant !== undefined && !this.#within.includes(meant)) {
      const alias = this.#alias;
      this.#alias ??= place;
      const node = this.node(meant, place);
      this.#alias = alias;
      return node;
    }
    const words =
      meant === undefined
        ? `cannot be read: nothing above it is named &${alias.source}`
        : `cannot be read: *${alias.source} stands within &${alias.source} itself; write out what it is to hold`;
    this.#source.problems.at(place, [], words);
    return undefined;
  }

  #entries({ items }: YAMLMap): ReadonlyMap<string, Entry> {
    return new Map(
      items.flatMap(({ key, value }: Pair): readonly (readonly [string, Entry])[] => {
        const place = this.#placeOf(key as YamlNode);
        const node = this.node(value, place);
        const name = this.#yaml.isScalar(key) ? String(key.value) : String(key);
        if (name === UNUSABLE) {
          this.#source.problems.at(place, [], `cannot be read: "${name}" is no key that anything can have`);
          return [];
        }
        return node === undefined ? [] : [[name, { place, node }]];
      }),
    );
  }

  #items({ items }: YAMLSeq): readonly Node[] {
    return items.flatMap((item) => this.node(item) ?? []);
  }

  #placeOf({ range }: YamlNode, fallback?: Place): Place {
    const { file, lines } = this.#source;
    return range === null || range === undefined ? (fallback ?? { file }) : placeAt(file, lines, range[0]);
  }
}
