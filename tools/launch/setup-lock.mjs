import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const staleAfterMs = 15 * 60_000;
const pollMs = 200;

/** Whether a set-up is under way, or was and did not finish. */
export function isLocked(root) {
  return ownerOf(pathOf(root)) !== undefined;
}

/**
 * Takes the set-up of this folder for ourselves. Waits while another process has it; takes it over from one that died.
 * The lock is left behind by whoever is interrupted, and so doubles as the mark of an unfinished set-up.
 */
export async function lock(root, onWait) {
  const path = pathOf(root);
  const mine = `${path}.${process.pid}`;
  let unfinished = false;
  writeFileSync(mine, String(process.pid));
  try {
    let waited = false;
    while (!tryLink(mine, path)) {
      const owner = ownerOf(path);
      if (owner === undefined) continue;
      if (isDead(owner) || isStale(path)) {
        takeAway(path, owner);
        unfinished = true;
        continue;
      }
      if (!waited) onWait();
      waited = true;
      await sleep(pollMs);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    /** Whether an earlier set-up was cut short, so that nothing it left behind can be trusted. */
    unfinished,
    /** Also counts as the owner from now on: an installer outlives us when we are killed, and must not get company. */
    share(processGroup) {
      writeFileSync(mine, `${process.pid} -${processGroup}`);
      renameSync(mine, path);
    },
    release() {
      rmSync(path, { force: true });
    },
  };
}

// A hard link appears with its content or not at all: nobody ever reads a lock without an owner.
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

// Two may find the same dead lock. Who moved away a lock that somebody else has just taken puts it back.
function takeAway(path, deadOwner) {
  const away = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, away);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(away, "utf8") !== deadOwner) tryLink(away, path);
  rmSync(away, { force: true });
}

function ownerOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

// An owner is a process id and perhaps, negative, the id of a process group.
function isDead(owner) {
  return owner.split(" ").every((id) => {
    try {
      process.kill(Number(id), 0);
      return false;
    } catch (error) {
      return error.code !== "EPERM";
    }
  });
}

function isStale(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > staleAfterMs;
  } catch {
    return false;
  }
}

function pathOf(root) {
  return join(root, ".setup-lock");
}
