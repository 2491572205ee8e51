/**
 * The scripts of a virtual environment that has moved.
 *
 * `venv` and pip write the environment's path into `activate` and into the first line of every script. The interpreter itself
 * and its packages find each other wherever they are.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of before, and where it is now. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Writes the new path into the scripts of a folder; what cannot be read or written stays as it is. Never throws. */
export async function moveScripts(folder: string, move: Move): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    try {
      // One character a byte: whatever a script is written in stays what it was.
      const text = await readFile(path, 'latin1');
      const moved = movedScript(text, {
        from: asBytes(move.from),
        to: asBytes(move.to),
      });
      if (moved !== text) await writeFile(path, moved, 'latin1');
    } catch {
      // The environment is of use without it.
    }
  }
}

function asBytes(path: string): string {
  return Buffer.from(path).toString('latin1');
}

/** Kernels take no longer first line than this (Linux before 5.1), and end the interpreter's path at a blank. */
const LONGEST_FIRST_LINE = 127;

/** A script as pip writes it: a plain first line, or one that makes `sh` start the interpreter (distlib's way). */
const PLAIN = /^#!()([^ \t\n]+)([^\n]*)\n/;
const THROUGH_SHELL = /^#!\/bin\/sh\n'''exec' (?:"([^"\n]+)"|(\S+))([^\n]*) "\$0" "\$@"\n' '''\n/;

/** The text with the new path; binary files have no text to change. */
export function movedScript(text: string, { from, to }: Move): string {
  if (text.includes('\0') || !text.includes(from)) return text;
  const [first = '', quoted, plain = '', options = ''] =
    THROUGH_SHELL.exec(text) ?? PLAIN.exec(text) ?? [];
  const rest = text.slice(first.length).replaceAll(from, to);
  if (first === '') return rest;
  const interpreter = (quoted || plain).replaceAll(from, to);
  const line = `#!${interpreter}${options}`;
  return line.length <= LONGEST_FIRST_LINE && !/\s/.test(interpreter)
    ? `${line}\n${rest}`
    : `#!/bin/sh\n'''exec' "${interpreter}"${options} "$0" "$@"\n' '''\n${rest}`;
}
