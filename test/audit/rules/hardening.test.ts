import { describe, expect, it } from 'vitest';
import type { ElfFacts } from '../../../src/audit/index.ts';
import { findingsOf } from '../../support/audit-subject.ts';
import { elfFacts, nativeFacts } from '../../support/native-facts.ts';

const { linking } = elfFacts();

/** A file whose linking differs from a well-made one. */
function linked(changes: Partial<ElfFacts['linking']>): Partial<ElfFacts> {
  return { linking: { ...linking, ...changes } };
}

describe('an executable stack', () => {
  it('is an error, since glibc 2.41 refuses the file', async () => {
    const native = nativeFacts('m.so', linked({ execStack: true }));
    expect(await findingsOf('audit/executable-stack', [native])).toMatchObject([
      { severity: 'error', effect: 'users-break', path: 'm.so' },
    ]);
  });

  it.each([
    ['x86_64', 1],
    ['armv7l', 1],
    ['aarch64', 0],
    ['loongarch64', 0],
  ])('is what a file without PT_GNU_STACK gets on %s: %i finding', async (arch, count) => {
    const native = nativeFacts('m.so', linked({ execStack: undefined }), { arch });
    const found = await findingsOf('audit/executable-stack', [native]);
    expect(found.map(({ evidence }) => evidence)).toEqual(Array(count).fill('no PT_GNU_STACK'));
  });

  it('does not matter in files that no loader loads', async () => {
    const object = nativeFacts('m.o', linked({ execStack: true }), { loadable: false });
    expect(await findingsOf('audit/executable-stack', [object])).toEqual([]);
  });
});

it('text relocations and writable code are named with their file', async () => {
  const segments = { alignment: 0x1000, pageSize: 0x1000, writableCode: true };
  const natives = [
    nativeFacts('a.so', linked({ textRelocations: true })),
    nativeFacts('b.so', { segments }),
    nativeFacts('c.so'),
  ];
  expect(await findingsOf('audit/text-relocations', natives)).toMatchObject([{ path: 'a.so' }]);
  expect(await findingsOf('audit/writable-code', natives)).toMatchObject([{ path: 'b.so' }]);
});

it('missing protection of relocated data is told once, as advice', async () => {
  const natives = [
    nativeFacts('a.so', linked({ relro: 'partial', bindNow: false })),
    nativeFacts('b.so', linked({ relro: 'partial', bindNow: false })),
    nativeFacts('c.so', linked({ relro: 'none' })),
    nativeFacts('d.so'),
  ];
  expect(await findingsOf('audit/no-bind-now', natives)).toMatchObject([
    { severity: 'info', path: 'a.so', evidence: '2 of 4 files' },
  ]);
  expect(await findingsOf('audit/no-relro', natives)).toMatchObject([
    { severity: 'info', path: 'c.so', evidence: '1 of 4 files' },
  ]);
});
