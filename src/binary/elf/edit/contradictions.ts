/** Edits that cannot all be meant. */
import { WheelworksError } from '../../../support/errors.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfEdit } from './model.ts';

/** @throws WheelworksError `elf/edit-conflict`, `elf/edit-text`. */
export function refuseContradictions(elf: ElfFile, edits: readonly ElfEdit[]): void {
  const decided = new Map<string, { readonly answer: string; readonly edit: ElfEdit }>();
  for (const edit of edits) {
    for (const text of textsOf(edit)) requireWritable(elf, text);
    for (const [what, answer] of decisionsOf(edit)) {
      const earlier = decided.get(what);
      if (earlier !== undefined && earlier.answer !== answer)
        throw conflict(elf, what, [earlier.edit, edit]);
      decided.set(what, { answer, edit });
    }
  }
  const whole = edits.find(({ kind }) => kind === 'set-needed');
  const single = edits.find(({ kind }) => SINGLE_NEEDED.has(kind));
  if (whole !== undefined && single !== undefined)
    throw conflict(elf, 'the needed libraries', [whole, single]);
}

const SINGLE_NEEDED: ReadonlySet<ElfEdit['kind']> = new Set([
  'replace-needed',
  'add-needed',
  'remove-needed',
]);

/** What an edit decides on, and how. */
function decisionsOf(edit: ElfEdit): readonly (readonly [what: string, answer: string])[] {
  switch (edit.kind) {
    case 'replace-needed':
      return [
        [`what becomes of ${edit.from}`, edit.to],
        [`versions of ${edit.from}`, edit.to],
        [`whether ${edit.to} is needed`, 'yes'],
      ];
    case 'add-needed':
      return [[`whether ${edit.name} is needed`, 'yes']];
    case 'remove-needed':
      return [
        [`what becomes of ${edit.name}`, 'removed'],
        [`versions of ${edit.name}`, 'removed'],
        [`whether ${edit.name} is needed`, 'no'],
      ];
    case 'rename-version-library':
      return [[`versions of ${edit.from}`, edit.to]];
    case 'set-needed':
      return [['the needed libraries', edit.names.join('\n')]];
    case 'soname':
      return [['the soname', edit.name ?? '']];
    case 'rpath':
    case 'runpath':
      return [[`the ${edit.kind}`, edit.entries.join(':')]];
    case 'clear-version':
    case 'clear-executable-stack':
      return [];
  }
}

function textsOf(edit: ElfEdit): readonly string[] {
  switch (edit.kind) {
    case 'replace-needed':
    case 'rename-version-library':
      return [edit.to];
    case 'add-needed':
      return [edit.name];
    case 'set-needed':
      return edit.names;
    case 'soname':
      return edit.name === undefined ? [] : [edit.name];
    case 'rpath':
    case 'runpath':
      return edit.entries.length === 0 ? [] : [edit.entries.join(':')];
    case 'remove-needed':
    case 'clear-version':
    case 'clear-executable-stack':
      return [];
  }
}

/** PATH_MAX for a name; a list of folders may be many times that, but not without end. */
const LONGEST_TEXT = 65_536;

function requireWritable(elf: ElfFile, text: string): void {
  const problem =
    text === ''
      ? 'is empty'
      : text.includes('\0')
        ? 'has a zero byte in it'
        : Buffer.byteLength(text) > LONGEST_TEXT
          ? `is longer than ${LONGEST_TEXT} bytes`
          : undefined;
  if (problem === undefined) return;
  throw new WheelworksError('elf/edit-text', `A name or search path to write ${problem}.`, {
    ...(elf.path === undefined ? {} : { path: elf.path }),
    evidence: JSON.stringify(text.slice(0, 80)),
  });
}

function conflict(elf: ElfFile, what: string, edits: readonly ElfEdit[]): WheelworksError {
  return new WheelworksError('elf/edit-conflict', `Two edits of one file decide on ${what}.`, {
    ...(elf.path === undefined ? {} : { path: elf.path }),
    evidence: edits.map((edit) => JSON.stringify(edit)).join('\n'),
  });
}
