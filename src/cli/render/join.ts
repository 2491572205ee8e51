/** What `join` found and wrote. */
import { basename } from 'node:path';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';

/** A set that was joined, or would be. */
export interface JoinedSet {
  /** Of the main wheel. */
  readonly path: string;
  /** Of the original that was written; null when nothing was. */
  readonly output: string | null;
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** Paths of the parts. */
  readonly parts: readonly string[];
}

/** One line for each set: what came out, of how much, and with `--verbose` the parts. */
export function renderJoined(
  { output, filename, size, sha256, parts }: JoinedSet,
  { cwd, verbose }: Pick<CommandContext, 'cwd' | 'verbose'>,
): string {
  const name = output === null ? filename : shownPath(output, cwd);
  const amount = `${formatSize(size)}, from the main wheel and ${plural(parts.length, 'part')}`;
  const written = output === null ? '  would be written' : '';
  const more = verbose
    ? [`  sha256 ${sha256}`, ...parts.map((part) => `  ${sanitizeForTerminal(basename(part))}`)]
    : [];
  return [`${sanitizeForTerminal(name)}  ${amount}${written}`, ...more]
    .map((line) => `${line}\n`)
    .join('');
}
