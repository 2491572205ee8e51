import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compilerCache,
  pathMapFlags,
  type BuildPlace,
  type CacheCounts,
} from '../../src/build/index.ts';
import { runProcess } from '../../src/support/process.ts';
import { scratch } from '../support/scratch.ts';

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const missing = ['ccache', 'gcc'].find((program) => !has(program));

/** As much of a place as the cache uses. */
function hostPlace(env: Record<string, string | undefined>, root: string): BuildPlace {
  const place: Pick<BuildPlace, 'env' | 'run' | 'makeFolder'> = {
    env,
    run: (command, args, options) => runProcess(command, args, options),
    async makeFolder(name) {
      await mkdir(join(root, name));
      return join(root, name);
    },
  };
  return place as BuildPlace;
}

describe.skipIf(missing !== undefined)(
  `ccache${missing === undefined ? '' : ` (skipped without ${missing})`}`,
  () => {
    async function compile(
      root: string,
      folder: string,
      env: Record<string, string>,
    ): Promise<{ counts: CacheCounts | undefined; object: Buffer }> {
      const place = hostPlace({ PATH: process.env['PATH'], ...env }, root);
      const cache = await compilerCache(place, { directory: join(root, 'cache') });
      expect(cache?.name).toBe('ccache');
      await mkdir(join(root, folder));
      await writeFile(join(root, folder, 'a.c'), 'const char *where(void) { return __FILE__; }\n');
      const build = await cache?.forBuild(join(root, folder), place.env);
      if (build === undefined) throw new Error('no cache');
      const [command = '', ...rest] = (build.env['CC'] ?? 'gcc').split(' ');
      const args = [
        ...rest,
        '-g',
        pathMapFlags(join(root, folder)),
        '-c',
        join(root, folder, 'a.c'),
        '-o',
        join(root, folder, 'a.o'),
      ];
      const result = await runProcess(command, args, { cwd: join(root, folder), env: build.env });
      expect(result.exitCode).toBe(0);
      return { counts: await build.counts(), object: await readFile(join(root, folder, 'a.o')) };
    }

    it.each([
      ['found on PATH', {}],
      ['that the user chose', { CC: 'gcc -pipe' }],
    ])('serves a compiler %s in another folder, and says so', async (_name, env) => {
      const root = await scratch();
      const first = await compile(root, 'one', env);
      const second = await compile(root, 'two', env);
      expect(first.counts).toEqual({ hits: 0, misses: 1 });
      expect(second.counts).toEqual({ hits: 1, misses: 0 });
      expect(second.object.equals(first.object)).toBe(true);
    });

    it('counts each build by itself when several run at once', async () => {
      const root = await scratch();
      const counts = await Promise.all(
        ['one', 'two', 'three'].map(async (folder) => (await compile(root, folder, {})).counts),
      );
      for (const each of counts) expect((each?.hits ?? 0) + (each?.misses ?? 0)).toBe(1);
    });
  },
);

it('is nothing where there is none', async () => {
  const root = await scratch();
  expect(await compilerCache(hostPlace({ PATH: root }, root))).toBeUndefined();
});

it('gives sccache its variables, and the difference of what it says', async () => {
  const root = await scratch();
  const answers = [3, 5].map((hits) =>
    JSON.stringify({
      stats: {
        cache_hits: { counts: { Rust: hits } },
        cache_misses: { counts: { Rust: 1, 'C/C++': hits } },
      },
    }),
  );
  await writeFile(
    join(root, 'sccache'),
    `#!/bin/sh
case $1 in --version) echo sccache 0.8.1;; *) n=$(cat ${root}/n 2>/dev/null || echo 0); echo $((n + 1)) >${root}/n
if [ $n = 0 ]; then echo '${answers[0]}'; else echo '${answers[1]}'; fi;; esac
`,
    { mode: 0o755 },
  );
  const place = hostPlace({ PATH: `${root}:/usr/bin:/bin` }, root);
  const cache = await compilerCache(place, { wanted: 'sccache', directory: '/cache' });
  const build = await cache?.forBuild('/build', place.env);
  expect(build?.env).toMatchObject({
    RUSTC_WRAPPER: 'sccache',
    CMAKE_C_COMPILER_LAUNCHER: 'sccache',
    SCCACHE_DIR: '/cache/sccache',
  });
  expect(await build?.counts()).toEqual({ hits: 2, misses: 2 });
});
