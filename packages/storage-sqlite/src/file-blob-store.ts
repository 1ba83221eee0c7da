import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ColonyError, messageOf, type BlobRef, type BlobStore } from "@colony/core";
import { syncFolder } from "./sync-folder.ts";

/** Bodies as files. The log writes and reads large event data through the synchronous half, inside its commits. */
export interface FileBlobStore extends BlobStore {
  putNow(body: string): BlobRef;
  getNow(sha256: string): string;
  /** The file of a body, whether or not it is there. */
  pathOf(sha256: string): string;
  /** Removes what writers have left behind that died in the middle of a write. Only the folder's owner may. */
  sweep(): void;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Makes a blob store on a folder: `ab/cdef...` by SHA-256. Throws `log.write_failed` where the disk does. */
export function createFileBlobStore(dir: string): FileBlobStore {
  const pathOf = (sha256: string): string => join(dir, sha256.slice(0, 2), sha256.slice(2));
  const unfinished = join(dir, "unfinished");

  const putNow = (body: string): BlobRef => {
    const bytes = Buffer.from(body, "utf8");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const path = pathOf(sha256);
    if (!holds(path, bytes)) write(path, bytes, join(unfinished, randomUUID()));
    return { sha256, sizeBytes: bytes.byteLength };
  };

  const getNow = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw missing(dir, sha256, "has no hash for a name");
    const bytes = read(pathOf(sha256), (why) => missing(dir, sha256, `cannot be read (${why})`));
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw missing(dir, sha256, "is damaged");
    return bytes.toString("utf8");
  };

  return {
    putNow,
    getNow,
    pathOf,
    async put(body) {
      return putNow(body);
    },
    async get(sha256) {
      return getNow(sha256);
    },
    sweep: () => rmSync(unfinished, { recursive: true, force: true }),
  };
}

function write(path: string, bytes: Uint8Array, temporary: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(dirname(temporary), { recursive: true });
    if (mkdirSync(folder, { recursive: true }) !== undefined) syncFolder(dirname(folder));
    writeWhole(temporary, bytes);
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (cause) {
    throw new ColonyError(
      "log.write_failed",
      `a body of ${bytes.byteLength} bytes could not be written to ${folder}: ${messageOf(cause)}; check space and rights there`,
      { cause },
    );
  }
}

/** A file that was only half written is removed at once: the disk may be full. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const handle = openSync(path, "wx");
  try {
    for (let done = 0; done < bytes.byteLength;) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** Whether the file is whole already. One that is not, or cannot be read, is written anew. */
function holds(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

function read(path: string, failed: (why: string) => ColonyError): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw failed(messageOf(error));
  }
}

function missing(dir: string, sha256: string, what: string): ColonyError {
  return new ColonyError(
    "blob.missing",
    `the body ${JSON.stringify(sha256)} in ${dir} ${what}; restore the colony folder from a backup`,
    { details: { sha256 } },
  );
}
