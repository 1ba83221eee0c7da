// `npm run examples [-- part-of-a-name]`: every example is a program that ends by itself, without a key and a network.

import { runAll } from "./scripts/run-all.ts";

process.chdir(`${import.meta.dirname}/..`);
if (runAll({ folder: "examples", names: process.argv.slice(2) }) > 0) process.exitCode = 1;
