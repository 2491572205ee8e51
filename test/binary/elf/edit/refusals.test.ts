import { describe, expect, it } from 'vitest';
import {
  isUnchanged,
  planElfEdit,
  readElf,
  type ElfEdit,
} from '../../../../src/binary/elf/index.ts';
import { buildElf } from '../../../support/elf-builder.ts';
import { demoLibrary } from '../../../support/elf-samples.ts';

const { bytes } = demoLibrary();

describe('edits that cannot be made are refused', () => {
  it.each<[string, readonly ElfEdit[], string]>([
    [
      'two names for one library',
      [
        { kind: 'replace-needed', from: 'libm.so.6', to: 'a' },
        { kind: 'replace-needed', from: 'libm.so.6', to: 'b' },
      ],
      'elf/edit-conflict',
    ],
    [
      'replaced and removed',
      [
        { kind: 'replace-needed', from: 'libm.so.6', to: 'a' },
        { kind: 'remove-needed', name: 'libm.so.6' },
      ],
      'elf/edit-conflict',
    ],
    [
      'added and removed',
      [
        { kind: 'add-needed', name: 'libm.so.6' },
        { kind: 'remove-needed', name: 'libm.so.6' },
      ],
      'elf/edit-conflict',
    ],
    [
      'the whole list and one of it',
      [
        { kind: 'set-needed', names: ['a'] },
        { kind: 'add-needed', name: 'b' },
      ],
      'elf/edit-conflict',
    ],
    [
      'two sonames',
      [
        { kind: 'soname', name: 'a' },
        { kind: 'soname', name: 'b' },
      ],
      'elf/edit-conflict',
    ],
    [
      'two search paths',
      [
        { kind: 'rpath', entries: ['a'] },
        { kind: 'rpath', entries: ['b'] },
      ],
      'elf/edit-conflict',
    ],
    [
      'a library that is not needed',
      [{ kind: 'remove-needed', name: 'libz.so.1' }],
      'elf/edit-missing',
    ],
    [
      'a replacement for one',
      [{ kind: 'replace-needed', from: 'libz.so.1', to: 'a' }],
      'elf/edit-missing',
    ],
    [
      'a symbol that is not imported',
      [{ kind: 'clear-version', symbol: 'demo_run' }],
      'elf/edit-missing',
    ],
    ['an empty name', [{ kind: 'soname', name: '' }], 'elf/edit-text'],
    ['a zero byte', [{ kind: 'add-needed', name: 'a\0b' }], 'elf/edit-text'],
    ['a megabyte of path', [{ kind: 'rpath', entries: ['x'.repeat(1 << 20)] }], 'elf/edit-text'],
  ])('%s', (_case, edits, code) => {
    expect(() => planElfEdit(readElf(bytes), edits)).toThrow(expect.objectContaining({ code }));
  });

  it('in any order, and the same edit twice is one', () => {
    const edits: readonly ElfEdit[] = [
      { kind: 'soname', name: 'a' },
      { kind: 'soname', name: 'a' },
    ];
    expect(planElfEdit(readElf(bytes), edits).writes.length).toBeGreaterThan(0);
  });

  it('what nothing links, and what is damaged where it would be changed', () => {
    const object = buildElf({ type: 1 }).bytes;
    const cut = Uint8Array.from(bytes);
    const elf = readElf(bytes);
    cut.fill(0xff, elf.dynamic?.offset ?? 0, (elf.dynamic?.offset ?? 0) + (elf.dynamic?.size ?? 0));
    for (const damaged of [cut])
      expect(() => planElfEdit(readElf(damaged), [{ kind: 'soname', name: 'a' }])).toThrow(
        expect.objectContaining({ code: 'elf/edit-damaged' }),
      );
    void object;
  });
});

describe('a file that is as asked already', () => {
  it.each<[string, readonly ElfEdit[]]>([
    ['no edits', []],
    ['its own soname', [{ kind: 'soname', name: 'libdemo.so.1' }]],
    ['its own libraries', [{ kind: 'set-needed', names: ['libm.so.6', 'libc.so.6'] }]],
    ['its own path', [{ kind: 'rpath', entries: ['/opt/lib'] }]],
    ['a library that is there', [{ kind: 'add-needed', name: 'libc.so.6' }]],
    ['a stack that is not executable', [{ kind: 'clear-executable-stack' }]],
  ])('stays as it is: %s', (_case, edits) => {
    expect(isUnchanged(planElfEdit(readElf(bytes), edits), bytes.length)).toBe(true);
  });
});
