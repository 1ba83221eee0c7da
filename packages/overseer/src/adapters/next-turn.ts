/** Calls back in the next turn of the event loop, when whatever else waits has had its turn. Returns the way to call it off. */
export function nextTurn(goOn: () => void): () => void {
  const waiting = setImmediate(goOn);
  return () => clearImmediate(waiting);
}
