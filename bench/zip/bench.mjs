/** The zip layer beside Python's zipfile and zip.js, on an archive shaped like a large wheel. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const name = 'zip';
export const description =
  'Zip archives: 2,012 members, 480 MB of content in 295 MB (4 x 50 MB and 8 x 5 MB random, 2,000 source-like texts of 120 kB), made by Python.';

const here = import.meta.dirname;

export async function run(ctx) {
  const fixture = join(ctx.temp, 'fixture.zip');
  const output = join(ctx.temp, 'output.zip');
  execFileSync('python3', [join(here, 'make_fixture.py'), fixture]);
  const library = await ctx.bundle('bench/zip/library.ts');

  const wheelworks = (operation) => ({
    label: 'wheelworks',
    command: [process.execPath, join(here, 'wheelworks.mjs'), library, operation, fixture, output],
  });
  const zipJs = (operation) => ({
    label: 'zip.js',
    command: [process.execPath, join(here, 'zip-js.mjs'), operation, fixture, output],
  });
  const python = (operation) => ({
    label: 'python zipfile',
    command: ['python3', join(here, 'python_zipfile.py'), operation, fixture, output],
  });
  const all = (operation) => [wheelworks(operation), zipJs(operation), python(operation)];

  await ctx.compare({ title: 'list 2,012 members', contenders: all('list') });
  await ctx.compare({ title: 'read one member of 50 MB', contenders: all('read-one') });
  await ctx.compare({
    title: 'inflate everything, CRC checked',
    note: 'Two members at a time where the library can; Python one at a time.',
    contenders: all('inflate-all'),
  });
  await ctx.compare({
    title: 'copy every member raw into a new archive',
    note: "Python's zipfile cannot copy without inflating and deflating.",
    contenders: [wheelworks('copy'), zipJs('copy')],
  });
  await ctx.compare({ title: 'deflate everything, level 6', contenders: all('deflate-all') });
  await ctx.compare({
    title: 'framing check',
    note: 'All local headers against the central directory; nobody else has it.',
    contenders: [wheelworks('framing')],
  });
}
