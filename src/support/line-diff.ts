/** What changed between two texts, by lines. */

const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The hunks of a unified diff, with three lines around each change; no text for equal texts. Time and memory grow with
 * the product of the numbers of lines: for files that a person writes.
 */
export function lineDiff(before: string, after: string): string {
  const lines = compare(splitLines(before), splitLines(after));
  const isShown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const hunks: string[] = [];
  let [old, young] = [1, 1];
  for (let index = 0; index < lines.length;) {
    let end = index;
    while (end < lines.length && isShown[end] === isShown[index]) end += 1;
    const part = lines.slice(index, end);
    const [left, right] = [
      part.filter(({ sign }) => sign !== '+').length,
      part.filter(({ sign }) => sign !== '-').length,
    ];
    if (isShown[index] === true)
      hunks.push(
        `@@ -${start(old, left)},${left} +${start(young, right)},${right} @@\n`,
        ...part.map(({ sign, text }) => `${sign}${text}\n`),
      );
    old += left;
    young += right;
    index = end;
  }
  return hunks.join('');
}

/** An empty range stands after the line that it names. */
function start(line: number, count: number): number {
  return count === 0 ? line - 1 : line;
}

function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** The lines of both, common ones once: a longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (left: number, right: number): number => common[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1)
    for (let right = after.length - 1; right >= 0; right -= 1)
      common[left * width + right] =
        before[left] === after[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, young] = [before[left], after[right]];
    if (old !== undefined && old === young) {
      lines.push({ sign: ' ', text: old });
      left += 1;
      right += 1;
    } else if (
      old !== undefined &&
      (young === undefined || at(left + 1, right) >= at(left, right + 1))
    ) {
      lines.push({ sign: '-', text: old });
      left += 1;
    } else {
      lines.push({ sign: '+', text: young ?? '' });
      right += 1;
    }
  }
  return lines;
}
