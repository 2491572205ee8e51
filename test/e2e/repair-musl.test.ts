/** Modules built for musl: repaired with the musl that Debian has, loaded by its loader when the originals are deleted. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildLabWheel, buildLibrary, buildProgram } from '../support/repair-lab.ts';
import { installForeign } from '../support/repair-lab-foreign.ts';
import { expectOwnLibraries, repair } from '../support/repair-lab-run.ts';
import { musl, muslMissing } from '../support/repair-lab-musl.ts';
import { scratch } from '../support/scratch.ts';

/** Stands for a Python built for musl, which Debian has not: opens a module and calls a function of it. */
const LOADER = `
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
  void *module = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (!module) { fprintf(stderr, "%s\\n", dlerror()); return 1; }
  int (*answer)(void) = (int (*)(void))dlsym(module, "answer");
  printf("%d\\n", answer());
  FILE *maps = fopen("/proc/self/maps", "r");
  for (int c; (c = getc(maps)) != EOF; ) putchar(c);
  return 0;
}
`;

describe.skipIf(muslMissing !== undefined)(
  `a module for musl (skipped ${muslMissing ?? 'elsewhere'})`,
  () => {
    it('takes in a chain of libraries and runs without the originals', async () => {
      const folder = await scratch();
      const build = join(folder, 'build');
      const compiler = 'musl-gcc';
      const last = buildLibrary(join(build, 'last/liblast.so.1'), {
        compiler,
        soname: 'liblast.so.1',
        code: '#include <stdlib.h>\nint last(void) { return atoi("41"); }',
      });
      const middle = buildLibrary(join(build, 'libmiddle.so.1'), {
        compiler,
        soname: 'libmiddle.so.1',
        code: 'int last(void); int middle(void) { return last() + 1; }',
        links: [last],
        flags: [`-Wl,-rpath,${dirname(last)}`],
      });
      const module = buildLibrary(join(build, '_musl.cpython-311-x86_64-linux-musl.so'), {
        compiler,
        code: 'int middle(void); int answer(void) { return middle(); } void *PyInit__musl(void) { return 0; }',
        links: [middle],
        flags: [`-Wl,-rpath,${build}`],
      });
      const loader = buildProgram(join(folder, 'loader'), { compiler, code: LOADER });
      const member = 'demo/_musl.cpython-311-x86_64-linux-musl.so';
      const wheel = await buildLabWheel(
        join(folder, 'dist'),
        { [member]: module },
        { tags: `cp311-cp311-linux_${musl.architecture}`, files: { 'demo/__init__.py': '' } },
      );
      const before = answerOf(loader, module);
      expect(before.answer).toBe(42);

      // This machine's Python is not for musl, so neither are the folders its loader would look in.
      const options = ['--sysroot', '/'];
      const repaired = await repair(wheel, join(folder, 'out'), { options });
      expect(repaired.filename).toMatch(/-musllinux_1_\d_/);
      expect(repaired.grafted.map(({ from }) => from).sort()).toEqual([last, middle].sort());
      rmSync(build, { recursive: true });

      const platform = `musllinux_1_2_${musl.architecture}`;
      const target = join(folder, 'target');
      installForeign(repaired.output, target, { platform, version: '3.11' });
      const after = answerOf(loader, join(target, member));
      expect(after.answer).toBe(42);
      expect(after.mapped).toContain(musl.loader);
      expectOwnLibraries(after, repaired, target);

      const again = await repair(repaired.output, join(folder, 'again'));
      expect(again).toMatchObject({ changed: false, outputSha256: repaired.outputSha256 });
    });
  },
);

function answerOf(loader: string, module: string): { answer: number; mapped: readonly string[] } {
  const [first = '', ...lines] = execFileSync(loader, [module], {
    encoding: 'utf8',
    cwd: '/',
    env: {},
  }).split('\n');
  const mapped = lines.flatMap((line) => line.match(/\/.*$/) ?? []);
  return { answer: Number(first), mapped: [...new Set(mapped)] };
}
