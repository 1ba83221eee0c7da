/** A name as Markdown code, whatever characters it has. */
export function code(name: string): string {
  const text = visible(name);
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A name in one line: characters that cannot be seen are written as escapes. */
export function visible(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  const json = JSON.stringify(character).slice(1, -1);
  return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : json;
}

/** Free text as part of one line: no line breaks, nothing that Markdown or a browser would take for markup. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[<>*_[\]`\\]/gu, (character) => `\\${character}`)
    .trim();
}

/** A table. Cells that are numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  const marks = head.map((_, column) =>
    rows.every((row) => typeof row[column] === "number") ? "---:" : "---",
  );
  return [line(head), line(marks), ...rows.map(line)].join("\n");
}

/** A number with its noun: `1 file`, `2 files`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** A size that is easy to grasp, to stand beside the exact one. */
export function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power] ?? ""}`;
}
