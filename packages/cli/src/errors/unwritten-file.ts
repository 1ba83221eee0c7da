import { dirname } from "node:path";
import { ColonyError, messageOf } from "@colony/core";

/** That a file which a person has asked for cannot be written (`usage.invalid`), and what to do about it. */
export function unwrittenFile(path: string, error: unknown): ColonyError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new ColonyError(
    "usage.invalid",
    whyNot(path, code) ?? `cannot write "${path}": ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}

function whyNot(path: string, code: string): string | undefined {
  switch (code) {
    case "EEXIST":
      return `${path} is there already; it is left as it is, name another file`;
    case "EISDIR":
      return `${path} is a folder; name a file`;
    case "ENOENT":
    case "ENOTDIR":
      return `there is no folder for ${path}; make it first`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `nothing may be written in ${dirname(path)}; change its permissions, or name a file in another folder`;
    default:
      return undefined;
  }
}
