import { styleText } from "node:util";
import type { Io } from "../io/io.ts";

const STYLES = ["bold", "dim", "red", "green", "yellow", "cyan"] as const;

/** What a piece of text is to look like. */
export type Style = (typeof STYLES)[number];

/** Puts a style around a text, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** Text without any style: for pipes, files and tests. */
export const PLAIN: Paint = (_style, text) => text;

/** Text in colours. */
export const COLOURED: Paint = (style, text) =>
  text === "" ? text : styleText(style, text, { validateStream: false });

/** Colours on a terminal only; NO_COLOR and `--no-color` switch them off, FORCE_COLOR on. https://no-color.org */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  { env, wanted }: { readonly env: Io["env"]; readonly wanted: "auto" | "never" },
): Paint {
  if (wanted === "never" || (env["NO_COLOR"] ?? "") !== "") return PLAIN;
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced === "0" ? PLAIN : COLOURED;
  return stream.isTTY === true && env["TERM"] !== "dumb" ? COLOURED : PLAIN;
}
