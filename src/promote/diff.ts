/** The text changes of a promotion as a unified diff. */
import { decodeUtf8 } from '../packaging/index.ts';
import type { TextChange } from './plan-file.ts';

/** Lines before and after a change that are shown. */
const CONTEXT = 3;

/**
 * One file. Promotion changes words inside of lines and never their number; where it did all the same, the whole file is one
 * change.
 */
export function unifiedDiff({ from, to, before, after }: TextChange): string {
  const [left, right] = [before, after].map((bytes) => decodeUtf8(bytes)?.split('\n'));
  if (left === undefined || right === undefined)
    return `Binary files a/${from} and b/${to} differ\n`;
  const hunks = left.length === right.length ? lineHunks(left, right) : [wholeHunk(left, right)];
  if (hunks.length === 0) return '';
  return [`--- a/${from}`, `+++ b/${to}`, ...hunks.flat()].map((line) => `${line}\n`).join('');
}

function lineHunks(
  left: readonly string[],
  right: readonly string[],
): readonly (readonly string[])[] {
  const changed = left.flatMap((line, index) => (line === right[index] ? [] : [index]));
  const hunks: string[][] = [];
  for (let at = 0; at < changed.length;) {
    let last = at;
    while ((changed[last + 1] ?? Infinity) - (changed[last] ?? 0) <= 2 * CONTEXT) last += 1;
    hunks.push(hunk(left, right, { first: changed[at] ?? 0, last: changed[last] ?? 0 }));
    at = last + 1;
  }
  return hunks;
}

function hunk(
  left: readonly string[],
  right: readonly string[],
  { first, last }: { readonly first: number; readonly last: number },
): string[] {
  const start = Math.max(0, first - CONTEXT);
  // What `split` leaves behind the last newline is no line.
  const end = Math.min(left.at(-1) === '' ? left.length - 1 : left.length, last + CONTEXT + 1);
  const lines = [`@@ -${start + 1},${end - start} +${start + 1},${end - start} @@`];
  for (let index = start; index < end;) {
    if (left[index] === right[index]) {
      lines.push(` ${left[index] ?? ''}`);
      index += 1;
      continue;
    }
    let stop = index;
    while (stop < end && left[stop] !== right[stop]) stop += 1;
    lines.push(...left.slice(index, stop).map((line) => `-${line}`));
    lines.push(...right.slice(index, stop).map((line) => `+${line}`));
    index = stop;
  }
  return lines;
}

function wholeHunk(left: readonly string[], right: readonly string[]): readonly string[] {
  return [
    `@@ -1,${left.length} +1,${right.length} @@`,
    ...left.map((line) => `-${line}`),
    ...right.map((line) => `+${line}`),
  ];
}
