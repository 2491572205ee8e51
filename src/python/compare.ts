import type { Interpreter } from './interpreter.ts';

/**
 * The order in which interpreters are listed and built for: by version, CPython before the others, the ordinary build
 * before the free-threaded and the debug one, then by path.
 */
export function compareInterpreters(left: Interpreter, right: Interpreter): number {
  return (
    left.hexVersion - right.hexVersion ||
    byText(rank(left), rank(right)) ||
    byText(left.path, right.path)
  );
}

function rank({ implementation, freeThreaded, debug }: Interpreter): string {
  const first = implementation.name === 'cpython' ? '' : implementation.name;
  return `${first} ${Number(freeThreaded)}${Number(debug)}`;
}

function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
