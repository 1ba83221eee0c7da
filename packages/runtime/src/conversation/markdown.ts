const LINE_BREAK = /\r\n|\r|\n/;

/** Text in a fenced block whose fence is longer than any run of backticks in it. */
export function fenced(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text as inline code on one line, whatever stands in it. */
export function codeSpan(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  if (line.trim() === "") return "(empty)";
  const ticks = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** Text as a quote: every line is marked, so that no heading or open fence in it reaches what follows. */
export function quoted(text: string): string {
  return text
    .split(LINE_BREAK)
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
}

const longestRun = (text: string): number =>
  text.match(/`+/g)?.reduce((longest, run) => Math.max(longest, run.length), 0) ?? 0;
