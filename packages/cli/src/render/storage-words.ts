import type { StorageState } from "@colony/runtime";
import { harmless, onOneLine } from "./words.ts";

/** What a person is told when the colony's disk begins to refuse what is to be stored, and when that is over. */
export function storageWords(state: StorageState): string {
  if (state.status === "writable") return "the disk can be written again; what was kept is stored now";
  const { message } = state;
  if (/disk is full|ENOSPC/u.test(message))
    return "the disk is full; what is done is kept and will be stored when there is room";
  if (/EDQUOT/u.test(message))
    return "the disk quota is used up; what is done is kept and will be stored when there is room";
  if (/read-?only|EROFS/iu.test(message))
    return "the disk is read-only; what is done is kept and will be stored when it can be written";
  const why = harmless(onOneLine(message));
  return `nothing can be stored; what is done is kept and will be stored when it can be: ${why}`;
}
