/** Calls back in the next turn of the event loop, when whatever else waits has had its turn. */
export function nextTurn(goOn: () => void): void {
  setImmediate(goOn);
}
