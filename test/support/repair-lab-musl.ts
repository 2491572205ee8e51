/** The musl of this machine, for the tests of `repair`. */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** What programs built with musl-gcc run on. */
export const musl: { readonly architecture: string; readonly loader: string } = describeMusl();

/** Why nothing can be built for musl here; undefined when it can. */
export const muslMissing: string | undefined =
  musl.loader === '' ? 'without musl-gcc and the loader of musl' : undefined;

function describeMusl(): typeof musl {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  try {
    const { status } = spawnSync('musl-gcc', ['--version'], { stdio: 'ignore' });
    const loader = realpathSync(`/lib/ld-musl-${architecture}.so.1`);
    return { architecture, loader: status === 0 ? loader : '' };
  } catch {
    return { architecture, loader: '' };
  }
}
