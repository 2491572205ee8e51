/** Promotion of a whole wheel, beside a copy of its bytes and a retag, which searches nothing. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const name = 'promote';
export const description =
  'Promotion of a wheel of 1,500 members and about 95 MB, beside a plain copy that is flushed.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const final = join(ctx.temp, 'bench-1.0-py3-none-linux_x86_64.whl');
  execFileSync('python3', [join(import.meta.dirname, '..', 'wheel', 'make_wheel.py'), final]);
  const node = process.execPath;
  execFileSync(node, [entry, 'retag-version', final, '--to', '1.0rc20261119', '-o', ctx.temp]);
  const candidate = join(ctx.temp, 'bench-1.0rc20261119-py3-none-linux_x86_64.whl');
  const out = join(ctx.temp, 'out');
  const fresh = (command) => ['sh', '-c', `rm -rf '${out}'; ${command}`];
  await ctx.compare({
    title: 'promote: searched whole, written, hashed before and after; not installed',
    contenders: [
      {
        label: 'wheelworks promote',
        command: fresh(`exec '${node}' '${entry}' promote '${candidate}' -o '${out}' --skip-test`),
      },
      {
        label: 'wheelworks promote --dry-run: the search alone',
        command: fresh(`exec '${node}' '${entry}' promote '${candidate}' -o '${out}' --dry-run`),
        isMeasure: true,
      },
      {
        label: 'wheelworks retag: no search, no hash of the whole',
        command: fresh(
          `exec '${node}' '${entry}' retag --platform-tag manylinux_2_17_x86_64 -o '${out}' '${candidate}'`,
        ),
        isMeasure: true,
      },
      {
        label: 'cp and sync',
        command: fresh(`cp '${candidate}' '${out}' && sync '${out}'`),
        isMeasure: true,
      },
    ],
  });
}
