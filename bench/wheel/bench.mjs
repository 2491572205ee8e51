/** Commands on a whole wheel, beside the `wheel` tool of PyPA where python3 can import it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'wheel';
export const description =
  'Unpack, pack and retag of a wheel of 1,500 members and about 110 MB, beside the `wheel` tool.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const file = join(ctx.temp, 'bench-1.0-py3-none-linux_x86_64.whl');
  execFileSync('python3', [join(import.meta.dirname, 'make_wheel.py'), file]);
  const peer = spawnSync('python3', ['-m', 'wheel', 'version']).status === 0;
  if (!peer) console.log('python3 has no `wheel` package: its columns are left out.\n');
  const out = (folder) => {
    const path = join(ctx.temp, folder);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const wheelworks = (...args) => ({
    label: 'wheelworks',
    command: [process.execPath, entry, ...args],
  });
  const both = (ours, theirs) => [
    wheelworks(...ours),
    ...(peer ? [{ label: 'wheel', command: ['python3', '-m', 'wheel', ...theirs] }] : []),
  ];
  await ctx.compare({
    title: 'retag: another platform tag, the original stays',
    contenders: both(
      ['retag', '--platform-tag', 'manylinux_2_17_x86_64', '-o', out('ours'), file],
      ['tags', '--platform-tag', 'manylinux_2_28_x86_64', file],
    ),
  });
  await ctx.compare({
    title: 'unpack',
    contenders: both(
      ['unpack', '--force', '-o', out('ours'), file],
      ['unpack', '-d', out('theirs'), file],
    ),
  });
  await ctx.compare({
    title: 'pack',
    contenders: both(
      ['pack', '-o', out('ours'), join(ctx.temp, 'ours', 'bench-1.0')],
      ['pack', '-d', out('theirs'), join(ctx.temp, 'theirs', 'bench-1.0')],
    ),
  });
  await ctx.compare({
    title: 'inspect: names, members, metadata, hash of the file, RECORD against the directory',
    contenders: [wheelworks('inspect', '--quiet', '--json', file)],
  });
  rmSync(out('theirs'), { recursive: true, force: true });
}
