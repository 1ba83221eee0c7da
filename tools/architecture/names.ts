import type { Rule } from "./source-file.ts";

const vague = new Set(["util", "utils", "helper", "helpers", "common", "type", "types", "misc"]);

/** Folders and files are named by what they are about; a name that would fit any file is a finding. */
export const vagueName: Rule = ({ path }) =>
  path
    .split("/")
    .map((part) => part.replace(/\..*$/, ""))
    .filter((part) => vague.has(part))
    .map((part) => `"${part}" names no concept`);
