/** Longest command line that is recorded, in characters. */
const LONGEST = 500;

/** A command line for people: as they would type it, and not longer than they would read. */
export function commandLine(command: string, args: readonly string[]): string {
  const line = [command, ...args].map(quoted).join(" ");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3).toWellFormed()}...`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
