import { requireOptions, requireValue, type OptionTable } from "@colony/core";
import { z } from "zod";

const fn = z.custom<unknown>((value) => typeof value === "function");
const folder = z.string().refine((path) => path.trim() !== "");

const MEANINGS: OptionTable = {
  env: { fits: z.custom<unknown>(isEnvironment), give: "an object of texts by variable" },
  models: {
    fits: z.union([fn, z.record(z.string(), z.looseObject({}))]),
    give: "a function that gives the model of a name, or an object of models by name",
  },
  defaultModel: { fits: fn, give: "a function that gives a model" },
  tools: {
    fits: z.record(z.string(), z.union([z.looseObject({ run: fn }), z.array(z.looseObject({ run: fn }))])),
    give: "an object of tools by the names that files give to them",
  },
  workspace: { fits: folder, give: "the path of a folder" },
  exclude: { fits: z.array(folder), give: "a list of folders" },
  signal: {
    fits: z.custom<unknown>((value) => value instanceof AbortSignal),
    give: "the signal of an AbortController",
  },
  servers: { fits: z.enum(["used", "all"]), give: '"used" or "all"' },
};

/** That of a process is no plain object. */
function isEnvironment(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => text === undefined || typeof text === "string");
}

/** Holds which colony file is read, and what its words stand for. Throws `usage.invalid`. */
export function requireFile(path: unknown, options: unknown): void {
  requireValue(path, {
    fits: z.string().refine((text) => text.trim() !== "" && !text.includes("\0")),
    what: "the colony file to read",
    give: "the path of a file",
    code: "usage.invalid",
  });
  requireOptions(options, MEANINGS, {
    code: "usage.invalid",
    whole: "the options of a colony file are no object; leave them out, or give one",
    of: "a colony file",
  });
}
