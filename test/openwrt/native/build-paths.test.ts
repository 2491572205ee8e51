/** Search paths of the machine that built a file do not go to a device. */
import { describe, expect, it, test } from 'vitest';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { readElf } from '../../../src/binary/elf/index.ts';
import { buildPathFindings, dropBuildPaths, foldersOf } from '../../../src/openwrt/native/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';

const PATH = 'usr/lib/python3.13/site-packages/pkg/_c.so';

function drop(plan: ElfPlan, inTree: readonly string[] = []) {
  const { bytes } = buildElf({ needed: ['libpython3.13.so.1.0'], ...plan });
  const tree = FileTree.from(
    [PATH, ...inTree].map((path) => [
      path,
      { kind: 'file', mode: 0o644, size: 0, content: { bytes: Buffer.of() } },
    ]),
  );
  const made = dropBuildPaths(readElf(bytes), bytes, { path: PATH, folders: foldersOf(tree) });
  return { made, before: bytes, after: made === undefined ? undefined : readElf(made.bytes) };
}

test.each([
  '/root/.pyenv/versions/3.13.0/lib',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/library',
  '/usr/lib/../../home/me/lib',
  'build/lib',
  '',
])('%j is taken out, and what the file needs stays', (entry) => {
  for (const kind of ['runpath', 'rpath'] as const) {
    const { made, after } = drop({ [kind]: `${entry}:$ORIGIN/../pkg.libs` });
    expect(made?.dropped).toEqual({ path: PATH, entries: [entry], isGone: true });
    expect(after?.[kind]).toEqual(['$ORIGIN/../pkg.libs']);
    expect(after?.needed).toEqual(['libpython3.13.so.1.0']);
  }
});

test('a path of which nothing stays goes whole, with its tag', () => {
  const { after } = drop({ runpath: '/home/me/lib:/opt/lib' });
  expect(after?.runpath).toEqual([]);
  expect(after?.dynamic?.entries.some(({ text }) => text?.includes('/home/me'))).toBe(false);
});

test.each(['$ORIGIN', '${ORIGIN}/../lib', '/usr/lib', '/lib', '/usr/lib/samba', '/opt/tool/lib'])(
  '%s stays',
  (entry) => {
    expect(drop({ runpath: entry }, ['opt/tool/lib/libtool.so']).made).toBeUndefined();
  },
);

test('a file without a search path is not touched', () => {
  expect(drop({}).made).toBeUndefined();
});

describe('what is told', () => {
  const files = ['a.so', 'b.so', 'c.so', 'd.so', 'e.so', 'f.so'];

  it('is one finding for a path, with the files', () => {
    const findings = buildPathFindings(
      files.map((path) => ({ path, entries: ['/home/me/lib'], isGone: true })),
    );
    expect(findings).toMatchObject([
      { code: 'openwrt/build-path', severity: 'info', path: 'a.so' },
    ]);
    expect(findings[0]?.message).toContain('6 files look for libraries in /home/me/lib');
    expect(findings[0]?.evidence).toBe('a.so, b.so, c.so, d.so, e.so, and 1 more');
  });

  it('is a warning with the cure where it could not be taken out', () => {
    const [finding] = buildPathFindings([{ path: 'a.so', entries: [''], isGone: false }]);
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.message).toContain('A file looks for libraries in the folder');
    expect(finding?.hint).toContain('patchelf --remove-rpath');
  });
});
