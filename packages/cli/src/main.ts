#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// What one start has compiled the next one finds, in Node's own place for it: NODE_COMPILE_CACHE, or the system's temporary
// folder. Before anything else is loaded; NODE_DISABLE_COMPILE_CACHE=1 leaves it out.
enableCompileCache();
const { startCommandLine } = await import("./start.ts");
await startCommandLine();
