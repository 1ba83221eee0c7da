import { emitKeypressEvents } from "node:readline";
import type { Io } from "../io/io.ts";
import type { Key } from "../live/line-editor.ts";

/** Who is told of keys and of the terminal's size. */
export interface Typist {
  press(typed: string | undefined, key: Key): void;
  resized(): void;
  /** The terminal is gone. */
  hangUp(): void;
}

const PASTE_ON = "\u001B[?2004h";
const PASTE_OFF = "\u001B[?2004l";

/** Takes the keyboard of the terminal key by key, and gives it back as it was, however the process ends. */
export function attachKeyboard({ stdin, stdout }: Pick<Io, "stdin" | "stdout">, typist: Typist): Disposable {
  const onKey = (typed: string | undefined, key: Key): void => typist.press(typed, key);
  const onResize = (): void => typist.resized();
  const onEnd = (): void => typist.hangUp();
  let isAttached = true;
  const release = (): void => {
    if (!isAttached) return;
    isAttached = false;
    process.off("exit", release);
    stdin.off("keypress", onKey);
    stdin.off("end", onEnd);
    stdin.off("error", onEnd);
    stdout.off("resize", onResize);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(PASTE_OFF);
  };
  process.on("exit", release);
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdout.write(PASTE_ON);
  stdin.on("keypress", onKey);
  stdin.on("end", onEnd);
  stdin.on("error", onEnd);
  stdout.on("resize", onResize);
  stdin.resume();
  return { [Symbol.dispose]: release };
}
