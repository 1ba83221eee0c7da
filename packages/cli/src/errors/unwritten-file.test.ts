import { expect, it } from "vitest";
import { unwrittenFile } from "./unwritten-file.ts";

it.each([
  ["EEXIST", "/a/b.md is there already; it is left as it is, name another file"],
  ["EISDIR", "/a/b.md is a folder; name a file"],
  ["ENOENT", "there is no folder for /a/b.md; make it first"],
  ["EACCES", "nothing may be written in /a; change its permissions, or name a file in another folder"],
  ["EMFILE", 'cannot write "/a/b.md": EMFILE: open'],
])("a file that cannot be written for %s is refused in a sentence that helps on", (code, message) => {
  const error = Object.assign(new Error(`${code}: open`), { code });
  expect(unwrittenFile("/a/b.md", error)).toMatchObject({ code: "usage.invalid", message });
});
