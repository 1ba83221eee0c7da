import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Step } from "./steps.ts";

/** What one tool of `npm run check` found. */
export interface StepResult {
  readonly passed: boolean;
  /** One line for the list: how much was looked at, or why the step is red. */
  readonly summary: string;
  readonly output: string;
}

/** Runs one tool to its end. Red is: an exit code other than 0, or nothing looked at. */
export async function runStep(step: Step, root: string): Promise<StepResult> {
  const child = spawn(process.execPath, step.args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return judge(step, exitCode, `${stdout}${stderr}`);
}

/** The verdict over an ended tool. */
export function judge(step: Step, exitCode: number | null, output: string): StepResult {
  const count = step.count(output);
  if (exitCode !== 0) return { passed: false, summary: `failed (exit code ${exitCode ?? "none"})`, output };
  if (count === 0) return { passed: false, summary: `checked no ${step.unit}`, output };
  return { passed: true, summary: `${count} ${step.unit}`, output };
}
