/** How many single-letter changes lie between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries())
      next.push(
        Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Up to three of the names, most like the wanted one first, for telling somebody what they may have meant. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const word = wanted.slice(0, 60).toLowerCase();
  return names
    .slice(0, 2_000)
    .map((name) => ({ name, score: score(word, name.slice(0, 60).toLowerCase()) }))
    .toSorted((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function score(wanted: string, name: string): number {
  const holds = name.startsWith(wanted) || (wanted.length > 2 && name.includes(wanted));
  return distance(wanted, name) - (holds ? 100 : 0);
}
