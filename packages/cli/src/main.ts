#!/usr/bin/env node
import nodeModule from "node:module";
import { isNewEnough, LEAST_NODE } from "./node-version.ts";

// An older Node reads this file and what it imports, and nothing else of ours: no name is imported here that it does not have.
if (isNewEnough(process.version)) {
  // What one start has compiled the next one finds, in Node's own place for it: NODE_COMPILE_CACHE, or the system's temporary
  // folder. Before anything else is loaded; NODE_DISABLE_COMPILE_CACHE=1 leaves it out.
  nodeModule.enableCompileCache();
  const { startCommandLine } = await import("./start.ts");
  await startCommandLine();
} else {
  process.stderr.write(
    `error: colony needs Node ${LEAST_NODE} or newer, and this is ${process.version} (${process.execPath}); install a newer one, or start colony with one that is there\n`,
  );
  process.exitCode = 1;
}
