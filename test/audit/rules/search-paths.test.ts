import { expect, it } from 'vitest';
import { auditOf, findingsOf } from '../../support/audit-subject.ts';
import { nativeFacts } from '../../support/native-facts.ts';

/** Codes and severities of what is said about search paths. */
async function said(path: string, runpath: readonly string[]): Promise<readonly string[]> {
  const { findings } = await auditOf([nativeFacts(path, { runpath })]);
  return findings
    .filter(({ code }) => code.startsWith('audit/rpath-'))
    .map(({ code, severity }) => `${severity} ${code}`);
}

it.each([
  ['p/m.so', '', ['warning audit/rpath-empty']],
  ['p/m.so', 'lib', ['warning audit/rpath-relative']],
  ['p/m.so', '$LIB/x', ['warning audit/rpath-relative']],
  ['p/m.so', '/usr/local/lib', ['warning audit/rpath-absolute']],
  ['p/m.so', '/tmp/build/lib', ['error audit/rpath-writable']],
  ['p/m.so', '/tmpfoo', ['warning audit/rpath-absolute']],
  ['p/m.so', '/dev/shm', ['error audit/rpath-writable']],
  ['p/m.so', '$ORIGIN', []],
  ['p/m.so', '${ORIGIN}/../p.libs', []],
  ['p/m.so', '$ORIGIN/../../lib', ['info audit/rpath-outside']],
  ['p/m.so', '$ORIGIN/../../p/lib', ['info audit/rpath-outside']],
  ['p-1.data/platlib/p/m.so', '$ORIGIN/../p.libs', []],
  ['p-1.data/platlib/p/m.so', '$ORIGIN/../../p.libs', ['info audit/rpath-outside']],
  ['p/m.so', '$ORIGINAL', ['warning audit/rpath-relative']],
] as const)('of %s the entry "%s" gives %j', async (path, entry, codes) => {
  expect(await said(path, [entry])).toEqual(codes);
});

it('DT_RPATH counts only where there is no DT_RUNPATH', async () => {
  const both = nativeFacts('m.so', { rpath: ['/opt/a'], runpath: ['$ORIGIN'] });
  const alone = nativeFacts('m.so', { rpath: ['/opt/a'] });
  expect(await findingsOf('audit/rpath-absolute', [both])).toEqual([]);
  expect(await findingsOf('audit/rpath-absolute', [alone])).toHaveLength(1);
});

it('an entry that many files share is told once', async () => {
  const natives = ['a.so', 'b.so', 'c.so'].map((path) =>
    nativeFacts(path, { runpath: ['/build/lib', '/build/lib'] }),
  );
  expect(await findingsOf('audit/rpath-absolute', natives)).toMatchObject([
    { path: 'a.so', evidence: '/build/lib in 3 files' },
  ]);
});
