import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, rm, stat, statfs, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { ColonyError, messageOf } from "@colony/core";
import { openColonyReader, type ColonyReader } from "@colony/runtime";
import { stoppedAt, stoppedWords } from "../colony/stopped.ts";
import { hasWork, waitingWords } from "../colony/unfinished.ts";
import { errorWords } from "../errors/error-words.ts";
import { OWNING, WORK_BESIDE } from "../errors/work-beside.ts";
import { bytes, moment } from "../render/units.ts";
import { counted } from "../render/words.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";
import { examineBudget } from "./examine-budget.ts";
import { examineLog } from "./examine-log.ts";
import { good, note, wrong, type Finding } from "./finding.ts";

const LEAST_FREE_BYTES = 100_000_000;

/** The colony folder: what is in it, who has it open, whether it can be written to. */
export async function examineFolder({ dir }: Pick<Settings, "dir">): Promise<readonly Finding[]> {
  if (dir.value === MEMORY) return [note("colony", "in memory: nothing of it is kept")];
  return [...(await examineColony(dir.value)), ...(await examineDisk(dir.value))];
}

async function examineColony(dir: string): Promise<readonly Finding[]> {
  try {
    await using reader = await openColonyReader({ dir });
    const agents = reader.agents();
    const workers = agents.filter(({ kind }) => kind === "worker").length;
    const busy = agents.filter(hasWork).length;
    const unfinished = busy === 0 ? "" : `, ${counted(busy, "agent")} with unfinished work`;
    const waiting = waitingWords(reader.pending());
    return [
      good(
        "colony",
        `${reader.id} in ${dir}: ${counted(workers, "worker")}, ${counted(reader.head(), "event")}${unfinished}${waiting === undefined ? "" : `, ${waiting}`}`,
      ),
      ...stopFinding(reader),
      ...(await examineLog(reader)),
      ...(await examineBudget(reader)),
      ownerFinding(reader),
    ];
  } catch (error) {
    if (error instanceof ColonyError && error.code === "colony.not_found")
      return [note("colony", `none in ${dir} yet; it is made when something is run`)];
    const mend = isDamage(error)
      ? "restore the folder from a backup, or begin anew in another one with --dir"
      : "choose another folder with --dir, or mend this one";
    return [wrong("colony", errorWords(error), mend)];
  }
}

function stopFinding({ state }: Pick<ColonyReader, "state">): readonly Finding[] {
  const [words, at] = [stoppedWords(state), stoppedAt(state)];
  return words === undefined || at === null ? [] : [{ ...note("stopped", words), at }];
}

const MEANWHILE = `${WORK_BESIDE} work meanwhile`;

/** `host` is whoever opened it last and has not closed it, and may be dead. */
function ownerFinding({ owner, state: { host } }: Pick<ColonyReader, "owner" | "state">): Finding {
  const found = owner();
  if (found !== undefined) {
    const where = found.hostname === hostname() ? "" : ` on ${found.hostname}`;
    const has = `process ${found.pid}${where} has it open since ${moment(found.since)}`;
    return note(
      "owner",
      found.life === "alive"
        ? `${has}; ${OWNING} must wait for it, ${MEANWHILE}`
        : `${has}, and from here nobody can tell whether it still runs; when that machine is gone, ${OWNING} go on with --take-over`,
    );
  }
  if (host === null) return good("owner", "nobody has it open");
  return note(
    "owner",
    `process ${host.pid}, which opened it at ${moment(host.startedAt)}, is gone; the next run, chat or host takes over and goes on, ${MEANWHILE}`,
  );
}

function isDamage(error: unknown): boolean {
  return error instanceof ColonyError && (error.code === "log.corrupt" || error.code === "log.incomplete");
}

async function examineDisk(dir: string): Promise<readonly Finding[]> {
  const mend = "choose another folder with --dir, or change its permissions";
  const there = await nearestFolder(dir);
  if (there === undefined) return [wrong("disk", `${dir} cannot be made: a file is in the way`, mend)];
  const probe = join(there, `.colony-doctor-${randomUUID()}`);
  try {
    await writeFile(probe, "", { flag: "wx" });
    await rm(probe, { force: true });
    const database = join(there, "colony.db");
    if (existsSync(database)) await access(database, constants.W_OK);
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    if (free < LEAST_FREE_BYTES)
      return [
        wrong(
          "disk",
          `only ${bytes(free)} are free at ${there}`,
          "make room, or use another disk with --dir",
        ),
      ];
    return [good("disk", `${there} can be written to, ${bytes(free)} free`)];
  } catch (error) {
    return [wrong("disk", `${there} cannot be written to: ${messageOf(error)}`, mend)];
  }
}

/** The folder itself, or the nearest one above it that is there; undefined where a file is in the way. */
async function nearestFolder(dir: string): Promise<string | undefined> {
  // A folder that is not there, or cannot be looked at, is judged by the one above it.
  const found = await stat(dir).catch(() => undefined);
  if (found !== undefined) return found.isDirectory() ? dir : undefined;
  const above = dirname(dir);
  return above === dir ? undefined : await nearestFolder(above);
}
