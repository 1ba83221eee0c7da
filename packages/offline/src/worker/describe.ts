import { bagOf, parsed, textIn } from "../json-reading.ts";

const LONGEST = 200;

/** What a file says a folder is for, in one sentence; undefined where it does not say. */
export function describedBy(path: string, text: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const said = name.startsWith("readme")
    ? firstParagraph(text)
    : name === "package.json"
      ? textIn(bagOf(parsed(text)), "description")
      : name.endsWith(".toml")
        ? (/^description\s*=\s*"([^"]+)"/mu.exec(text)?.[1] ?? "")
        : leadingComment(text);
  const sentence = firstSentence(said);
  return sentence === "" ? undefined : sentence;
}

const NO_PROSE = /^(?:#|=|-{3}|\*{3}|!?\[[^\]]*\](?:\([^)]*\)|:)|<|\||[-*+]\s|\d+\.\s|>|\.\. )/u;

/** The first paragraph of prose in a Markdown or plain text: no heading, badge, list, table or code. */
function firstParagraph(text: string): string {
  const body = text
    .replace(/^---\n[\s\S]*?\n---\n/u, "")
    .replaceAll(/<!--[\s\S]*?-->/gu, "")
    .replaceAll(/^(```|~~~)[\s\S]*?^\1.*$/gmu, "");
  for (const paragraph of body.split(/\n\s*\n/u)) {
    const lines = paragraph.split("\n").map((line) => line.trim());
    const prose = lines.filter(
      (line, index) => !NO_PROSE.test(line) && !/^[=-]{3,}$/u.test(lines[index + 1] ?? ""),
    );
    const words = prose.join(" ").trim();
    if (/\p{L}{2,}.*\s.*\p{L}/u.test(words)) return withoutMarkup(words);
  }
  return "";
}

function withoutMarkup(text: string): string {
  return text
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/gu, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/<[^>]+>/gu, "")
    .replaceAll(/(\*\*|__|[*`])/gu, "");
}

const LEADING =
  /^(?:#!.*\n)?\s*(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/[/!]?.*\n?)+)|(?:r|u)?"""([\s\S]*?)"""|((?:#(?!!).*\n?)+))/u;

/** The comment that a source file begins with, unless it is about rights or settings of a linter. */
function leadingComment(text: string): string {
  const match = LEADING.exec(text);
  const comment = match?.slice(1).join("") ?? "";
  if (/copyright|licen[cs]e|spdx|eslint|@ts-|use strict|generated/iu.test(comment)) return "";
  return withoutMarkup(
    comment
      .replaceAll(/^\s*(?:\*|\/\/[/!]?|#)\s?/gmu, "")
      .trim()
      .split(/\n\s*\n/u)[0] ?? "",
  );
}

function firstSentence(text: string): string {
  const words = text.replaceAll(/\s+/gu, " ").trim();
  const sentence = /^.*?[.!?](?=\s|$)/u.exec(words)?.[0] ?? words;
  if (sentence.length <= LONGEST) return sentence;
  return `${sentence.slice(0, sentence.lastIndexOf(" ", LONGEST))} ...`;
}
