import { realpath } from "node:fs/promises";
import { dirname, extname, isAbsolute, relative, resolve } from "node:path";
import { ColonyError, shownValue } from "@colony/core";
import { DEFAULT_COLONY } from "../defaults/default-colony.ts";
import type { Problems } from "../problems/problems.ts";
import { merged, withoutNulls } from "../tree/merge.ts";
import type { MapNode, Node } from "../tree/node.ts";
import { nodeOf, readCode } from "./read-code.ts";
import { readText } from "./read-text.ts";
import { readYaml } from "./read-yaml.ts";
import { filled, filledLeaf, type Environment } from "./variables.ts";

/** The only version of the form that there is. */
const VERSION = "1";

/** What `extend` names the colony of the command line by. */
const DEFAULT = "default";

const FORMS: Readonly<Record<string, "yaml" | "json" | "code">> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ts": "code",
  ".mts": "code",
  ".js": "code",
  ".mjs": "code",
};

/** A colony file with those that it extends, as one. */
export interface ReadColony {
  readonly root: MapNode;
  /** Real paths of all that were read, the one that was asked for first. */
  readonly files: readonly string[];
  /** The folder that names of files in places and problems are counted from. */
  readonly folder: string;
}

/** How files are read. */
export interface Reading {
  readonly env: Environment;
  readonly problems: Problems;
}

/**
 * Reads a file and what it extends. What is wrong is told to the problems; undefined where nothing could be made of it.
 * Throws `colony_file.not_found` where the file itself is not there, and `colony_file.invalid` for one of another kind.
 */
export async function readColonyFile(path: string, reading: Reading): Promise<ReadColony | undefined> {
  const real = await realPath(path);
  if (real === undefined)
    throw new ColonyError("colony_file.not_found", `there is no file "${path}"; name another one`);
  if (formOf(real) === undefined)
    throw new ColonyError(
      "colony_file.invalid",
      `"${path}" is no colony file; its name must end in one of ${Object.keys(FORMS).join(", ")}`,
    );
  const chain = new Chain(dirname(real), reading);
  const read = await chain.read(real, []);
  return read === undefined
    ? undefined
    : { root: filled(withoutNulls(read), reading), folder: dirname(real), files: chain.files };
}

function formOf(path: string): "yaml" | "json" | "code" | undefined {
  return FORMS[extname(path).toLowerCase()];
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // Whether it is missing or may not be looked at, it cannot be read.
    return undefined;
  }
}

/** Files that extend one another. */
class Chain {
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #reading: Reading;

  constructor(folder: string, reading: Reading) {
    this.#folder = folder;
    this.#reading = reading;
  }

  /** `above` are those that led here, the first one first. */
  async read(path: string, above: readonly string[]): Promise<MapNode | undefined> {
    const { problems } = this.#reading;
    if (!this.files.includes(path)) this.files.push(path);
    const name = this.#name(path);
    const node = await this.#parsed(path, name);
    if (node === undefined) return undefined;
    if (node.kind !== "map") {
      const value = node.kind === "list" ? [] : node.value;
      const what = value === null ? "says nothing" : `is ${shownValue(value)}`;
      problems.at(node.place, [], `the file ${what}; give version, workers and the like`);
      return undefined;
    }
    this.#checkVersion(node);
    const entries = new Map(node.entries);
    entries.delete("extend");
    const own: MapNode = { ...node, entries };
    const extend = node.entries.get("extend")?.node;
    if (extend === undefined) return own;
    const base = await this.#base(extend, path, [...above, path]);
    return base === undefined ? undefined : merged(base, own);
  }

  async #base(node: Node, from: string, chain: readonly string[]): Promise<MapNode | undefined> {
    const { problems } = this.#reading;
    const wrong = (words: string): undefined => {
      problems.at(node.place, ["extend"], words);
    };
    if (node.kind !== "leaf" || typeof node.value !== "string" || node.value.trim() === "")
      return wrong(`is ${shownValue(node.kind === "leaf" ? node.value : [])}; name a file, or "${DEFAULT}"`);
    const { count } = problems;
    const named = String(filledLeaf(node, this.#reading, ["extend"]).value);
    if (problems.count > count) return undefined;
    if (named === DEFAULT) return nodeOf(DEFAULT_COLONY, { file: DEFAULT }) as MapNode;
    const path = resolve(dirname(from), named);
    const real = await realPath(path);
    if (real === undefined) return wrong(`names "${named}", and there is no file "${path}"`);
    if (formOf(real) === undefined)
      return wrong(`names "${named}", whose name must end in one of ${Object.keys(FORMS).join(", ")}`);
    if (chain.includes(real)) {
      const circle = [...chain.slice(chain.indexOf(real)), real].map((each) => this.#name(each));
      return wrong(`leads in a circle: ${circle.join(" -> ")}`);
    }
    return await this.read(real, chain);
  }

  async #parsed(path: string, name: string): Promise<Node | undefined> {
    const { problems } = this.#reading;
    const form = formOf(path);
    if (form === "code") return await readCode(name, path, problems);
    const read = await readText(path);
    if ("problem" in read) {
      problems.at({ file: name }, [], read.problem);
      return undefined;
    }
    return await readYaml(name, read.text, { form: form ?? "yaml", problems });
  }

  /** What another version means by what it says is not known, so each file says its own. */
  #checkVersion(node: MapNode): void {
    const { problems } = this.#reading;
    const version = node.entries.get("version");
    const value = version?.node.kind === "leaf" ? version.node.value : [];
    if (version === undefined) problems.at(node.place, ["version"], `is missing; give "${VERSION}"`);
    else if (String(value) !== VERSION)
      problems.at(
        version.node.place,
        ["version"],
        `is ${shownValue(value)}; this release reads "${VERSION}" only`,
      );
  }

  /** As people see it: from the folder of the first one, where it is near that. */
  #name(path: string): string {
    const near = relative(this.#folder, path);
    return near.startsWith("../../..") || isAbsolute(near) ? path : near;
  }
}
