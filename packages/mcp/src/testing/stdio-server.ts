import { appendFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { servedTools } from "./served-tools.ts";

// A server as people write them, which logs where it should not. With STUBBORN it goes neither when its input ends nor when
// it is asked to, and starts a program that does not either.

const { JOURNAL = "", STUBBORN = "" } = process.env;
if (JOURNAL !== "") appendFileSync(JOURNAL, `up ${process.pid}\n`);
if (STUBBORN !== "") {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
  setInterval(() => undefined, 1_000);
  spawn("sh", ["-c", 'trap "" TERM; while :; do sleep 0.2; done'], { stdio: "ignore" });
}
process.stdout.write("listening, and this is no message\n");
await servedTools(JOURNAL).connect(new StdioServerTransport());
