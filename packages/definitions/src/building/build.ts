import type { Model, Tool } from "@colony/core";
import type { ReadColony } from "../reading/read-colony-file.ts";
import type { Problems } from "../problems/problems.ts";

/** Gives the model of a name. What it throws is told as the reason why there is none. */
export type ModelSource = (name: string) => Model | Promise<Model>;

/** What a colony file's words stand for. */
export interface Meanings {
  readonly models: ModelSource;
  /** For whoever names none. */
  readonly defaultModel: (() => Model | Promise<Model>) | undefined;
  /** Tools of the program's own, by the names that files give to them. */
  readonly tools: { readonly [name: string]: Tool | readonly Tool[] };
  /** The folder that the tools of the group `workspace` look at. */
  readonly workspace: string;
  /** Folders in it that are no part of it. */
  readonly exclude: readonly string[];
  readonly signal: AbortSignal;
  /** Which MCP servers are asked for their tools: those that somebody has tools of, or all. */
  readonly servers: "used" | "all";
}

/** What making things of a file works with. */
export interface Building extends Meanings {
  readonly file: ReadColony;
  readonly problems: Problems;
}
