import { readFile, stat } from "node:fs/promises";
import { messageOf } from "@colony/core";

/** The most that a file may hold. Bytes. */
const MOST_BYTES = 1_000_000;

/** What a file holds, or why that cannot be had. */
export async function readText(
  path: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { problem: `"${path}" is no file; name a file` };
    if (found.size > MOST_BYTES) return { problem: `"${path}" holds more than ${MOST_BYTES / 1_000_000} MB` };
    const text = await readFile(path, "utf8");
    return { text: text.replace(/^\uFEFF/u, "") };
  } catch (error) {
    return { problem: whyNot(path, error) };
  }
}

function whyNot(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return `there is no file "${path}"`;
  if (code === "EACCES" || code === "EPERM") return `"${path}" may not be read; change its permissions`;
  return `"${path}" cannot be read: ${messageOf(error)}`;
}
