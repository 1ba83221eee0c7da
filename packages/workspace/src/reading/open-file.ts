import { constants } from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { ColonyError } from "@colony/core";
import { absolute, realPathOf, type Ground } from "../paths/confine.ts";
import { rawOf, shown, type RawPath } from "../paths/raw-path.ts";

// Without NONBLOCK, opening a pipe that has taken a file's place would wait for somebody to write to it.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a regular file of the workspace. The path is checked again after opening: a folder on the way may have been
 * replaced by a symbolic link meanwhile, and then what was opened is not what was asked for. The caller disposes.
 */
export async function openFile(ground: Ground, path: RawPath): Promise<FileHandle> {
  const name = absolute(ground, path);
  const handle = await open(name, FLAGS);
  try {
    const opened = await handle.stat();
    const there = await lstat(name);
    const real = await realPathOf(rawOf(name));
    if (!opened.isFile() || real !== rawOf(name) || opened.ino !== there.ino || opened.dev !== there.dev)
      throw new ColonyError(
        "workspace.outside",
        `${JSON.stringify(shown(path))} was replaced while it was being opened; it was not read`,
      );
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
