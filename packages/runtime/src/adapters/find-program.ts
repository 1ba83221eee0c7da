import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { ColonyError } from "@colony/core";

/** Where a program is, looked for as a shell does. Throws `process.not_found` and, for the folder, `process.not_started`. */
export function findProgram(
  command: string,
  { cwd, path }: { readonly cwd: string; readonly path: string },
): string {
  if (!isFolder(cwd))
    throw new ColonyError(
      "process.not_started",
      `there is no folder "${cwd}" to run "${command}" in; make it, or choose another one`,
    );
  const places = command.includes("/") ? [""] : path.split(delimiter);
  for (const place of command === "" ? [] : places) {
    const file = resolve(cwd, place, command);
    if (mayBeRun(file)) return file;
  }
  throw new ColonyError(
    "process.not_found",
    command.includes("/")
      ? `there is no program at "${command}" that may be run; check the path and its permissions`
      : `there is no program "${command}" in the PATH; install it, or give its path`,
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function mayBeRun(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
