/**
 * A file name as the operating system has it: its bytes, one character each (Latin-1). Names need not be UTF-8, and
 * text decoded as UTF-8 could not be turned back into the name. Relative to the root unless said otherwise; "" is the root.
 */
export type RawPath = string;

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const ESCAPED_BYTE = /\\x([0-9a-f]{2})/gu;

/** The bytes of a raw path, as `node:fs` takes them. */
export function bytesOf(path: RawPath): Buffer {
  return Buffer.from(path, "latin1");
}

/** Raw form of bytes that came from the operating system. */
export function rawOf(bytes: Buffer): RawPath {
  return bytes.toString("latin1");
}

/** Raw form of ordinary text. */
export function rawOfText(text: string): RawPath {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** A raw path as people and models read it: UTF-8 where it is that; else each byte that is not ASCII as `\xNN`. */
export function shown(path: RawPath): string {
  try {
    return path === "" ? "." : UTF8.decode(bytesOf(path));
  } catch {
    // Not UTF-8: the escapes are readable and can be given back as a path.
    return path.replaceAll(/[\u0080-\u00ff]/gu, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  }
}

/** The raw paths that a shown one may mean: itself first, then with its `\xNN` read as bytes. */
export function rawCandidates(text: string): readonly RawPath[] {
  const literal = rawOfText(text);
  const decoded = literal.replaceAll(ESCAPED_BYTE, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded === literal ? [literal] : [literal, decoded];
}

/** Both together. */
export function joined(folder: RawPath, name: RawPath): RawPath {
  if (folder === "") return name;
  return name === "" ? folder : `${folder}/${name}`;
}

/** Whether a path is a folder itself or lies below it. */
export function isWithin(path: RawPath, folder: RawPath): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The last component. */
export function nameOf(path: RawPath): RawPath {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder that a path lies in. */
export function folderOf(path: RawPath): RawPath {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** How many folders a path lies below the root. */
export function depthOf(path: RawPath): number {
  return path.split("/").length - 1;
}

/** Order of bytes, the same on every machine. */
export function byName(a: RawPath, b: RawPath): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
