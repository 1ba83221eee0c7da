// `npm run check`: everything a machine can hold. Every tool runs, also after one has failed; only a red one is heard.

import { join } from "node:path";
import { styleText } from "node:util";
import { runStep } from "./check/run-step.ts";
import { steps } from "./check/steps.ts";

const root = join(import.meta.dirname, "..");
let failures = 0;

for (const step of steps) {
  const startedAt = performance.now();
  const result = await runStep(step, root);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mark = result.passed ? styleText("green", "ok ") : styleText("red", "RED");
  console.log(`${mark} ${step.name.padEnd(13)} ${seconds.padStart(5)} s  ${result.summary}`);
  if (result.passed) continue;
  failures += 1;
  const lines = result.output.split("\n").filter((line) => step.noise?.test(line) !== true);
  console.log(`\n${lines.join("\n").trim()}\n`);
}

if (failures > 0) {
  console.log(`${failures} of ${steps.length} checks failed. \`npm run format\` repairs the format.`);
  process.exitCode = 1;
}
