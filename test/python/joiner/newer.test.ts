/** The joiner on Pythons that are newer than those of the machine, as Debian packs them. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  debianRootsMissing,
  debianSystemOrSkip,
  isSlowWelcome,
} from '../../support/debian-roots.ts';
import {
  filesUnder,
  hasCompiler,
  makeFixture,
  makeHome,
  openFolder,
  run,
  USE,
  type Fixture,
} from './fixture.ts';
import { MODULE, THREADS } from './programs.ts';

const PROCESSES = 16;
const isPossible =
  hasCompiler && debianRootsMissing === undefined && isSlowWelcome && process.arch === 'x64';

let folder: string;
let fixture: Fixture;

beforeAll(async () => {
  if (!isPossible) return;
  folder = await openFolder();
  fixture = await makeFixture(join(folder, 'site'), { megabytes: 16 });
});

afterAll(async () => {
  if (isPossible) await rm(folder, { recursive: true, force: true });
});

/** A program that runs a Python of another system with that system's own C library. */
async function launcher(root: string, name: string): Promise<string> {
  const path = join(folder, name);
  const loader = `exec ${root}/lib64/ld-linux-x86-64.so.2 --argv0 ${name}`;
  const libraries = `--library-path ${root}/usr/lib/x86_64-linux-gnu`;
  const line = `PYTHONHOME=${root}/usr ${loader} ${libraries} ${root}/usr/bin/${name} "$@"`;
  await writeFile(path, `#!/bin/sh\n${line}\n`);
  await chmod(path, 0o755);
  return path;
}

describe.skipIf(!isPossible)(
  'a newer Python (WHEELWORKS_SLOW=1 downloads it; needs cc and a Debian mirror)',
  () => {
    it.for(['python3.13', 'python3.14', 'python3.15'])(
      '%s joins, loads and shares',
      { timeout: 300_000 },
      async (name, context) => {
        const suite = name === 'python3.13' ? 'trixie' : 'sid';
        const python = await launcher(debianSystemOrSkip(context, suite, 'amd64', [name]), name);
        const home = await makeHome(folder);
        const conditions = { python, env: { HOME: home } };
        const crowd = Array.from({ length: PROCESSES }, () => run(fixture.site, USE, conditions));
        for (const { stdout, stderr } of await Promise.all(crowd))
          expect({ stdout: stdout.trim(), stderr }).toEqual({
            stdout: fixture.answers,
            stderr: '',
          });
        for (const program of [MODULE, THREADS])
          expect(await run(fixture.site, program, conditions)).toMatchObject({
            exitCode: 0,
            stderr: '',
          });
        const threads = { python, env: { HOME: await makeHome(folder) } };
        expect((await run(fixture.site, THREADS, threads)).stderr).toBe('');
        expect((await filesUnder(home)).filter((path) => path.endsWith('/stamp'))).toHaveLength(1);
      },
    );
  },
);
