import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/audit-subject.ts';
import { nativeFacts } from '../../support/native-facts.ts';

const member = (path: string, crc32: number) => ({ path, size: 10_000, compressedSize: 1, crc32 });

describe('the same bytes twice', () => {
  const copies = [
    nativeFacts('p.libs/libx.so', { soname: 'libx.so.1' }),
    nativeFacts('p.libs/libx.so.1', { soname: 'libx.so.1' }),
  ];
  const members = copies.map(({ path }) => member(path, 7));

  it('waste space, where only one is loaded', async () => {
    const module = nativeFacts('p/m.so', { needed: ['libx.so.1'], runpath: ['$ORIGIN/../p.libs'] });
    const found = await findingsOf('audit/duplicate-library', [...copies, module], {
      members: [...members, member('p/m.so', 1)],
    });
    expect(found).toMatchObject([
      { severity: 'info', evidence: 'p.libs/libx.so, p.libs/libx.so.1: 10 kB too much' },
    ]);
  });

  it('are loaded twice, where files need both', async () => {
    const users = ['libx.so.1', 'libx.so'].map((needed, index) =>
      nativeFacts(`p/m${index}.so`, { needed: [needed], runpath: ['$ORIGIN/../p.libs'] }),
    );
    const found = await findingsOf('audit/duplicate-library', [...copies, ...users], {
      members: [...members, ...users.map(({ path }, index) => member(path, index))],
    });
    expect(found).toMatchObject([{ severity: 'warning', effect: 'users-break' }]);
  });

  it('are different files when the checksums differ', async () => {
    const found = await findingsOf('audit/duplicate-library', copies, {
      members: copies.map(({ path }, index) => member(path, index)),
    });
    expect(found).toEqual([]);
  });
});

describe('one SONAME for different files', () => {
  const copies = ['a/libx.so.1', 'b/libx.so.1'].map((path) =>
    nativeFacts(path, { soname: 'libx.so.1' }),
  );

  it('is told where somebody needs that name', async () => {
    const user = nativeFacts('m.so', { needed: ['libx.so.1'], runpath: ['$ORIGIN/a'] });
    expect(await findingsOf('audit/same-soname', [...copies, user])).toMatchObject([
      { evidence: 'a/libx.so.1, b/libx.so.1' },
    ]);
  });

  it('does no harm to files that are only opened by their path', async () => {
    expect(await findingsOf('audit/same-soname', copies)).toEqual([]);
  });
});

it.each([
  [['p.libs/libgomp-a34b3233.so.1.0.0', 'p/libiomp5.so'], 1],
  [['p.libs/libgomp-a34b3233.so.1.0.0', 'p/libompl.so'], 0],
  [['p.libs/libgomp.so.1'], 0],
])('of %j, %i warning of several OpenMP runtimes', async (paths, count) => {
  const natives = paths.map((path) => nativeFacts(path));
  expect(await findingsOf('audit/several-openmp', natives)).toHaveLength(count);
});
