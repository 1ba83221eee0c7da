import { expect, it } from "vitest";
import { storageWords } from "./storage-words.ts";

const failing = (message: string): string =>
  storageWords({ status: "failing", code: "log.write_failed", message, since: 0 });

it("a disk that refuses is said in the words for why it does", () => {
  expect(failing("colony.db could not be written: database or disk is full")).toBe(
    "the disk is full; what is done is kept and will be stored when there is room",
  );
  expect(failing("EDQUOT: quota exceeded")).toMatch(/^the disk quota is used up; /u);
  expect(failing("attempt to write a readonly database")).toMatch(/^the disk is read-only; /u);
});

it("another reason is told as it is, and cannot write to the terminal what it likes", () => {
  expect(failing("disk\u001B[2J I/O\nerror")).toMatch(/will be stored when it can be: disk I\/O error$/u);
});

it("that it is over is said too", () => {
  expect(storageWords({ status: "writable" })).toBe(
    "the disk can be written again; what was kept is stored now",
  );
});
