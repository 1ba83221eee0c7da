#!/usr/bin/env node
// The one way in: installs what is missing, finds Node 24, and hands over. It runs before anything is installed, so it
// is plain JavaScript, has no dependency and starts under any Node from 18 up.
//
//   node tools/run.mjs start [arguments]     node tools/run.mjs test [vitest arguments]
//   node tools/run.mjs check | bench | torture | build | examples | format
//   node tools/run.mjs path/to/script.ts [arguments]

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./launch/child.mjs";
import { childEnvironment, findNode } from "./launch/node-version.mjs";
import { SetupError, setUp } from "./launch/setup.mjs";
import { runTests } from "./launch/test-run.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const scripts = {
  start: "packages/cli/src/main.ts",
  check: "tools/check.ts",
  bench: "tools/bench.ts",
  torture: "torture/torture.ts",
  build: "tools/build.ts",
  examples: "tools/examples.ts",
};

async function main([command, ...args]) {
  if (command === undefined) {
    throw new SetupError(
      `say what to run: ${[...Object.keys(scripts), "test", "format"].join(", ")} or a script`,
    );
  }
  // npm changes the working directory to the root; who needs to know where the user stands reads INIT_CWD.
  process.env.INIT_CWD ??= process.cwd();
  const script = scriptOf(command);
  await setUp(root);
  const node = findNode(root);
  const env = childEnvironment(root, node);
  if (command === "test") return await runTests(root, args, { node, env });
  if (command === "format")
    return await runChild(node, [join(root, "node_modules/oxfmt/bin/oxfmt"), ...args], { cwd: root, env });
  return await runChild(node, [script, ...args], { cwd: root, env });
}

/** The file behind a command's name; a name that is not a command is taken as a path from where the user stands. */
function scriptOf(command) {
  if (command === "test" || command === "format") return undefined;
  const script = Object.hasOwn(scripts, command)
    ? join(root, scripts[command])
    : resolve(process.env.INIT_CWD, command);
  if (!existsSync(script)) {
    throw new SetupError(
      `no command or script "${command}"; commands are ${[...Object.keys(scripts), "test", "format"].join(", ")}`,
    );
  }
  return script;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`colony: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
