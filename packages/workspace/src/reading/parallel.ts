const AT_ONCE = 8;

/** Does something with each item, a few at a time, and stops at the first error or when called off. */
export async function inParallel<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  each: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      signal.throwIfAborted();
      await each(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
