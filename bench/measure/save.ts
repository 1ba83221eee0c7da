import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Size } from "./line.ts";

/** Writes what was measured, when, where and how much of it; gives the file's path from the root. */
export function save(measured: object, size: Size): string {
  const date = new Date().toISOString();
  const file = join("bench-results", `${date.replaceAll(":", "-").slice(0, 19)}.json`);
  const machine = {
    node: process.version,
    platform: process.platform,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
  };
  const root = join(import.meta.dirname, "..", "..");
  mkdirSync(join(root, "bench-results"), { recursive: true });
  writeFileSync(join(root, file), `${JSON.stringify({ date, machine, ...size, ...measured }, null, 2)}\n`);
  return file;
}
