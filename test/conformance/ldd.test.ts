/** The search for libraries against the loader of this machine, which `ldd` asks. */
import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFactsCache, detectHost, loadAll, openLibraries } from '../../src/audit/index.ts';
import { reachOf } from '../../src/audit/reach.ts';
import { mapParallel } from '../../src/support/parallel.ts';

const run = promisify(execFile);
const WANTED = 200;

const host = await detectHost(process.execPath);
const hasLdd =
  host?.libc === 'glibc' &&
  (await run('ldd', ['--version']).then(
    () => true,
    () => false,
  ));
const sample = hasLdd ? await libraries(host.architecture) : [];

describe('the search for libraries', () => {
  it.skipIf(!hasLdd)(
    'finds what ldd finds (needs a machine with glibc and its ldd)',
    async () => {
      if (host === undefined) throw new Error('no host');
      const facts = createFactsCache();
      const source = await openLibraries({ host, facts });
      const compared = await mapParallel(sample, 4, async (path) => {
        const native = await facts.read(path);
        if (native?.arch !== host.architecture || native.elf === undefined) return undefined;
        const printed = await askLdd(path);
        // What ldd does not take for a dynamic file of this machine it has no answer for.
        if (printed === undefined) return undefined;
        const natives = [{ ...native, path: path.slice(dirname(path).length + 1) }];
        const load = await loadAll({
          natives,
          reach: reachOf(natives),
          ...host,
          folder: dirname(path),
          source,
          isMet: () => false,
        });
        const found = Object.fromEntries(
          load.links
            .filter(({ to }) => to?.inSubject !== true)
            .map(({ name, to }) => [name, to?.path ?? 'not found']),
        );
        return { path, found, printed };
      });
      const answered = compared.filter((each) => each !== undefined);
      expect(answered.map(({ path, found }) => ({ path, found }))).toEqual(
        answered.map(({ path, printed }) => ({ path, found: printed })),
      );
      expect(answered.length).toBeGreaterThan(Math.min(WANTED, sample.length) / 2);
    },
    60_000,
  );
});

/** Libraries of the system and of packages below it, spread over all there are. */
async function libraries(architecture: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of [`/usr/lib/${architecture}-linux-gnu`, '/usr/lib64', '/usr/lib']) {
    // One level of folders below: modules of other programs, which have search paths of their own.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const part of ['', ...below]) {
      const names = await readdir(`${folder}/${part}`).catch(() => []);
      for (const name of names) {
        if (!/\.so(?:\.[\d.]+)?$/.test(name) || name.includes('ld-linux')) continue;
        const real = await realpath(`${folder}/${part}/${name}`).catch(() => undefined);
        if (real !== undefined) found.add(real);
      }
    }
  }
  const all = [...found].sort();
  const step = Math.max(1, Math.floor(all.length / WANTED));
  return all.filter((_, index) => index % step === 0).slice(0, WANTED);
}

/** Name to real path of every library that ldd prints, or `not found`; the loader and the kernel's own left out. */
async function askLdd(path: string): Promise<Record<string, string> | undefined> {
  const { LD_LIBRARY_PATH: _, LD_PRELOAD: __, ...env } = process.env;
  const output = await run('ldd', [path], { env }).catch(() => undefined);
  if (output === undefined || /not a dynamic executable/.test(output.stdout)) return undefined;
  const lines = output.stdout.matchAll(/^\t(\S+) => (not found|\S+)/gm);
  const entries: [string, string][] = [];
  for (const [, name = '', place = ''] of lines) {
    if (/^(?:\/|ld-|linux-vdso)/.test(name)) continue;
    entries.push([name, place === 'not found' ? place : await realpath(place)]);
  }
  return Object.fromEntries(entries);
}
