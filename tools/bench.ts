// `npm run bench [-- part-of-a-name]`: every file in bench/ is a program that prints its own measurements.

import { runAll } from "./scripts/run-all.ts";

process.chdir(`${import.meta.dirname}/..`);
if (runAll({ folder: "bench", names: process.argv.slice(2) }) > 0) process.exitCode = 1;
