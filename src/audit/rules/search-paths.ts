/**
 * DT_RPATH and DT_RUNPATH entries that lead out of the wheel.
 *
 * Specification: ld.so(8). Whoever can write to a folder that is searched decides what is loaded.
 */
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';

/** Entries that depend on the machine or the current folder. */
export function searchPathFindings({ subject }: Evaluation): readonly Finding[] {
  if (subject.kind === 'installed') return [];
  const uses = subject.natives.flatMap((native) => (native.loadable ? usesOf(native) : []));
  return [...groupBy(uses, ({ fault, entry }) => `${fault}\0${entry}`).values()].flatMap(
    (group) => {
      const [first] = group;
      return first === undefined ? [] : [findingOf(first, group)];
    },
  );
}

type Fault = 'empty' | 'relative' | 'writable' | 'absolute' | 'outside';

interface Use {
  readonly fault: Fault;
  readonly entry: string;
  readonly path: string;
}

function usesOf({ path, elf }: NativeFacts): readonly Use[] {
  if (elf === undefined) return [];
  const entries = elf.runpath.length > 0 ? elf.runpath : elf.rpath;
  return [...new Set(entries)].flatMap((entry) => {
    const fault = faultOf(entry, path);
    return fault === undefined ? [] : [{ fault, entry, path }];
  });
}

/** Folders that every user of a system may write to. */
const WRITABLE = /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/;

function faultOf(entry: string, path: string): Fault | undefined {
  if (entry === '') return 'empty';
  if (entry.startsWith('/')) return WRITABLE.test(entry) ? 'writable' : 'absolute';
  const rest = /^\$(?:ORIGIN|\{ORIGIN\})(?:\/(.*))?$/.exec(entry);
  if (rest === null) return 'relative';
  return leaves(path, rest[1] ?? '') ? 'outside' : undefined;
}

/** Whether a path relative to a file's folder climbs out of the folder that the wheel is installed to. */
function leaves(path: string, relative: string): boolean {
  let depth = path.split('/').length - 1;
  if (/^[^/]+\.data\/(?:platlib|purelib)\//.test(path)) depth -= 2;
  for (const part of relative.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

const SAYS = {
  empty: {
    code: 'audit/rpath-empty',
    severity: 'warning',
    message: 'A search path has an empty entry: libraries are taken from the current folder.',
    hint: 'Whoever prepares that folder decides what is loaded; take stray colons out of the RPATH.',
  },
  relative: {
    code: 'audit/rpath-relative',
    severity: 'warning',
    message: 'A search path entry is relative to the current folder.',
    hint: 'Begin it with $ORIGIN.',
  },
  writable: {
    code: 'audit/rpath-writable',
    severity: 'error',
    message: 'A search path leads to a folder that every user may write to.',
    hint: 'Anybody on the machine decides what is loaded; remove the entry.',
  },
  absolute: {
    code: 'audit/rpath-absolute',
    severity: 'warning',
    message: 'A search path leads to a folder of the machine that built it.',
    hint: 'Where users have such a folder, other libraries than the tested ones are loaded; remove the entry.',
  },
  outside: {
    code: 'audit/rpath-outside',
    severity: 'info',
    message: 'A search path climbs out of the folder that wheels are installed to.',
    hint: 'It depends on how Python is laid out; carry the libraries in the wheel, or load them from Python.',
  },
} as const satisfies Record<Fault, Pick<Finding, 'code' | 'severity' | 'message' | 'hint'>>;

function findingOf({ fault, entry, path }: Use, group: readonly Use[]): Finding {
  const more = group.length === 1 ? '' : ` in ${group.length} files`;
  return {
    effect: fault === 'outside' ? 'advice' : 'users-break',
    ...SAYS[fault],
    path,
    evidence: entry === '' ? `an empty entry${more}` : `${entry}${more}`,
  };
}
