/** Identity tokens that were used: each gives one API token, and no second one after a restart either. */
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { fileError, systemErrorCode } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import type { Clock } from './model.ts';

/** Where used tokens are written down. */
export interface UsedTokens {
  /**
   * Writes a token down until it has expired anyway; whether it was not there before. Of two calls at the same time
   * one gets true.
   * @param id - Whose token it is and its `jti`.
   * @param until - Unix seconds.
   */
  add(id: string, until: number): boolean;
}

/** PyPI keeps them a little longer than the token lives. */
const KEPT_SECONDS = 35;

/** Used tokens of this run only. */
export function rememberUsedTokens(clock: Clock): UsedTokens {
  return usedTokens({ clock, known: new Map(), write: () => {} });
}

/**
 * Used tokens in a file, which is made when the first is used. It is on the disk before a token counts as used, so no
 * crash makes one usable again. What is in it is hashes, no tokens.
 * @throws WheelworksError `file/*`.
 */
export function openUsedTokens(path: string, clock: Clock): UsedTokens {
  const known = new Map<string, number>();
  for (const line of readLines(path)) {
    const [key = '', until = ''] = line.split(' ');
    if (/^[0-9a-f]{64}$/.test(key) && /^\d{1,15}$/.test(until)) known.set(key, Number(until));
  }
  return usedTokens({ clock, known, write: (line) => append(path, line) });
}

interface Parts {
  readonly clock: Clock;
  /** By hash: whoever issues tokens may make long names. */
  readonly known: Map<string, number>;
  readonly write: (line: string) => void;
}

function usedTokens({ clock, known, write }: Parts): UsedTokens {
  return {
    add(id, until) {
      const now = clock() / 1000;
      for (const [key, end] of known) if (end < now) known.delete(key);
      const key = sha256(id);
      if (known.has(key)) return false;
      const end = Math.ceil(until) + KEPT_SECONDS;
      // Line breaks on both sides: what a crash left of a line before then spoils no other.
      write(`\n${key} ${end}\n`);
      known.set(key, end);
      return true;
    },
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw fileError(error, path);
  }
}

function append(path: string, line: string): void {
  try {
    const handle = openSync(path, 'a', 0o600);
    try {
      appendFileSync(handle, line);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw fileError(error, path);
  }
}
