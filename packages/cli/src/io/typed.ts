import { isHungUp } from "./outputs.ts";

/** What is typed, until there is no more. A terminal that is gone types nothing more, and is no error. */
export function typedIn(lines: AsyncIterable<string>): AsyncIterableIterator<string> {
  // Begun here: what is typed before somebody asks for it is kept.
  const typed = lines[Symbol.asyncIterator]();
  return untilHungUp({ [Symbol.asyncIterator]: () => typed });
}

async function* untilHungUp(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  try {
    yield* lines;
  } catch (error) {
    if (!isHungUp(error)) throw error;
  }
}
