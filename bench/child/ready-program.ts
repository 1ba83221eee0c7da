// Prints a line as soon as a program of `peers/programs` can be given work: `node ready-program.ts <its path> [folder]`.

import { pathToFileURL } from "node:url";
import type { Program } from "../peers/program.ts";

const [, , program = "", dir] = process.argv;
const { open } = (await import(pathToFileURL(program).href)) as Program;
await open?.({ ...(dir === undefined ? {} : { dir }), before: async () => undefined, atOnce: 1 });
process.stdout.write("ready\n", () => process.exit());
