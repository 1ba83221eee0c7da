import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes what was created or renamed in a folder last. Not every system can; those that cannot need not. */
export function syncFolder(dir: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
