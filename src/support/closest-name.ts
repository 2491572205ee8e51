/**
 * The candidate that a mistyped name most likely means, or undefined when none is near: at most a third of its
 * letters may differ. Of several that are as near, one with the same letters in another order wins, then the first.
 */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    // Less than any edit: it only settles ties.
    const distance = editDistance(name, candidate) + (hasSameLetters(name, candidate) ? 0 : 0.5);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The least number of letters to insert, to leave out, to replace, or of neighbours to swap (optimal string alignment):
 * swapped letters are the commonest slip of all, and count once.
 */
export function editDistance(left: string, right: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped =
        row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforePrevious[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

function hasSameLetters(left: string, right: string): boolean {
  return left.length === right.length && sorted(left) === sorted(right);
}

function sorted(text: string): string {
  return Array.from(text).sort().join('');
}
