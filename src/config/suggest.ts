/** The known name nearest to a mistyped one, or undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint: the nearest name, else all there are. */
export function suggest(name: string, known: Iterable<string>, what = 'valid values'): string | undefined {
  const names = [...known];
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  return names.length === 0 ? undefined : `${what}: ${names.sort().join(', ')}`;
}

/** Insertions, deletions, substitutions and swaps of neighbours between two names; gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (a.length > 128 || Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? limit) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit;
}
