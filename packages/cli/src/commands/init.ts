import { writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { ColonyError } from "@colony/core";
import { STARTER } from "../definitions/starter.ts";
import { findFile } from "../definitions/find-file.ts";
import { unwrittenFile } from "../errors/unwritten-file.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import type { Command, CommandContext } from "./command.ts";

/** `init`: a colony file to begin with. */
export const initCommand: Command = {
  name: "init",
  summary: "write a colony.yaml to begin with, which says what there is without one",
  details: ["Written where you stand, or to --file. Nothing that is there is written over."],
  options: [],
  examples: ["init", "init --file setup/colony.yaml"],
  run,
};

async function run({ io, settings }: CommandContext): Promise<number> {
  const path = settings.file.value ?? findFile(settings, io.cwd) ?? join(io.cwd, "colony.yaml");
  if (![".yaml", ".yml"].includes(extname(path)))
    throw new ColonyError(
      "usage.invalid",
      `what is written is YAML; name a file that ends in .yaml, not "${path}"`,
    );
  try {
    await writeFile(path, STARTER, { flag: "wx" });
  } catch (error) {
    throw unwrittenFile(path, error);
  }
  await write(io.stdout, `${path} is written; change it, and look at it with "colony doctor"\n`);
  return EXIT.success;
}
