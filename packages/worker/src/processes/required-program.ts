import { requireOptions, requireValue, type OptionTable } from "@colony/core";
import { z } from "zod";

/** No program can be given a text with a NUL in it: its texts end there. */
const text = z.string().refine((given) => !given.includes("\0"));

const isText = (given: unknown): boolean => text.safeParse(given).success;

const OPTIONS: OptionTable = {
  cwd: { fits: text, give: "the path of a folder, without a NUL" },
  env: {
    fits: z.custom<unknown>(isEnvironment),
    give: "an object of texts by name, without a NUL; undefined takes a variable away",
  },
  input: { fits: z.string(), give: "a text" },
  outputBytes: {
    fits: z.custom<unknown>((given) => typeof given === "number" && given >= 0),
    give: "a number of bytes from 0",
  },
  signal: {
    fits: z.custom<unknown>((given) => given instanceof AbortSignal),
    give: "the signal of an AbortController",
  },
};

function isEnvironment(given: unknown): boolean {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  return Object.entries(given).every(
    ([name, value]) => isText(name) && (value === undefined || isText(value)),
  );
}

/** Throws `usage.invalid` for what no program can be run with. */
export function requireProgram(command: unknown, args: unknown, options: unknown): void {
  const code = "usage.invalid";
  requireValue(command, {
    fits: text,
    give: "the name of a program or the path of one, without a NUL",
    what: "the command of runProcess",
    code,
  });
  requireValue(args, {
    fits: z.array(text),
    give: "a list of texts, each without a NUL",
    what: "the arguments of runProcess",
    code,
  });
  requireOptions(options, OPTIONS, {
    code,
    whole: "the options of runProcess are no object; give some of cwd, env, input, outputBytes, signal",
    of: "runProcess",
  });
}
