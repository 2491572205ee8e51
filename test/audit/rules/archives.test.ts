import { expect, it } from 'vitest';
import { writeTarGz } from '../../../src/archive/tar/index.ts';
import { auditPath } from '../../../src/audit/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { scratch } from '../../support/scratch.ts';
import { buildWheel, writeWheelFile, type Content } from '../../support/wheel-builder.ts';

const ELF = buildElf().bytes;

async function said(files: Record<string, Content>): Promise<readonly Finding[]> {
  const path = await writeWheelFile(await scratch(), { tags: 'py3-none-any', files });
  const { findings } = await auditPath(path);
  return findings.filter(({ code }) => /archive/.test(code));
}

it('native files are found in zip archives, whatever they are called', async () => {
  const inner = buildWheel({ files: { 'lib/data.bin': ELF, 'readme.txt': 'no' } }).bytes;
  expect(await said({ 'p/inner.jar': inner })).toMatchObject([
    { code: 'audit/native-in-archive', path: 'p/inner.jar', evidence: 'lib/data.bin' },
  ]);
});

it('an archive without any is fine', async () => {
  expect(await said({ 'p/inner.zip': buildWheel({ files: { 'a.txt': 'a' } }).bytes })).toEqual([]);
});

it('native files are found in compressed tar archives', async () => {
  const chunks: Uint8Array[] = [];
  const sink = async (chunk: Uint8Array): Promise<void> => void chunks.push(Uint8Array.from(chunk));
  await writeTarGz(sink, [{ type: 'file', path: 'bin/tool', content: ELF }], { mtime: 0 });
  expect(await said({ 'p/tools.tar.gz': Buffer.concat(chunks) })).toMatchObject([
    { code: 'audit/native-in-archive', evidence: 'bin/tool' },
  ]);
});

it.each([
  ['damaged', 'p/x.zip'],
  ['compressed by something else', 'p/x.tar.xz'],
])('one that is %s is told as not looked into, if it is large', async (_what, path) => {
  const large = Buffer.alloc(2 << 20, 'not what it says ');
  expect(await said({ [path]: large })).toMatchObject([{ code: 'audit/archive-not-read', path }]);
  expect(await said({ [path]: large.subarray(0, 1000) })).toEqual([]);
});
