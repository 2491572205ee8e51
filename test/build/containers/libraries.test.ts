import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFactsCache, openLibraries } from '../../../src/audit/index.ts';
import { openContainerPlace } from '../../../src/build/index.ts';
import { openRepairSession, repairWheel } from '../../../src/repair/index.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import {
  containersMissing,
  openContainerLab,
  type ContainerLab,
} from '../../support/container-lab.ts';
import {
  buildExtension,
  buildLabWheel,
  buildLibrary,
  repairLabMissing,
} from '../../support/repair-lab.ts';
import { scratch } from '../../support/scratch.ts';

const missing = containersMissing ?? repairLabMissing;

describe.skipIf(missing !== undefined)(
  `libraries that only a container has${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let lab: ContainerLab;
    beforeAll(async () => {
      lab = await openContainerLab();
    }, 60_000);

    it('are grafted with all that they need, where the host has others of their names', async () => {
      const folder = await scratch();
      const there = join(folder, 'image', 'opt', 'only');
      const here = join(folder, 'host');
      await mkdir(join(there, 'deep'), { recursive: true });
      await mkdir(here);
      const inner = buildLibrary(join(there, 'deep', 'libinner.so.1.0'), {
        code: 'int inner(void) { return 42; }',
        soname: 'libinner.so.1',
      });
      execFileSync('ln', ['-s', 'libinner.so.1.0', join(there, 'deep', 'libinner.so.1')]);
      const outer = buildLibrary(join(there, 'libouter.so.2'), {
        code: 'int inner(void); int outer(void) { return inner(); }',
        soname: 'libouter.so.2',
        links: [inner],
        flags: ['-Wl,-rpath,$ORIGIN/deep'],
      });
      const extension = buildExtension(folder, 'demo', {
        code: 'int outer(void); int answer(void) { return outer(); }',
        links: [outer],
      });
      const wheel = await buildLabWheel(
        join(folder, 'dist'),
        { [`demo/${extension.split('/').at(-1) ?? ''}`]: extension },
        { files: { 'demo/__init__.py': '' } },
      );
      // An image with the libraries, told to its loader by ld.so.conf alone.
      await writeFile(join(folder, 'ld.so.conf'), '/opt/only # mine\n');
      lab.podman('create', '--name=made', lab.image, 'true');
      lab.podman('cp', join(folder, 'image', 'opt', 'only'), 'made:/opt/only');
      lab.podman('cp', join(folder, 'ld.so.conf'), 'made:/etc/ld.so.conf');
      lab.podman('commit', '-q', 'made', 'localhost/with-libraries:1');
      lab.podman('rm', 'made');
      buildLibrary(join(here, 'libouter.so.2'), {
        code: 'int outer(void) { return 13; }',
        soname: 'libouter.so.2',
      });

      const place = await openContainerPlace({
        image: 'localhost/with-libraries:1',
        architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
        engine: { name: 'podman', createArgs: [], disableHostMount: true },
        environmentPass: [],
        env: lab.env,
        home: lab.folder,
        platform: 'linux',
        offline: true,
        events: ignoreEvents,
      });
      try {
        const folders = await place.librariesFor(['libouter.so.2', 'libnowhere.so.1']);
        expect(folders.map((each) => each.replace(/^.*?(?=\/opt|\/usr|\/lib)/, ''))).toEqual(
          expect.arrayContaining(['/opt/only', '/opt/only/deep']),
        );
        const facts = createFactsCache();
        const repaired = await repairWheel(
          wheel,
          openRepairSession({
            libraries: await openLibraries({ facts, libPaths: [...folders], host: undefined }),
            facts,
            toolVersion: '0',
          }),
          {
            directory: join(folder, 'repaired'),
            modified: new Date(0),
            rewrite: true,
          },
        );
        const members = execFileSync('unzip', ['-Z1', repaired.output], { encoding: 'utf8' });
        expect(members).toMatch(/^demo\.libs\/libinner-\w+\.so/m);
        expect(members).toMatch(/^demo\.libs\/libouter-\w+\.so/m);
        // Copied once, however many wheels need it.
        expect(await place.librariesFor(['libouter.so.2'])).toEqual(folders);
        expect(
          (
            await readFile(
              join(folders.find((each) => each.endsWith('/opt/only')) ?? '', 'libouter.so.2'),
            )
          ).equals(await readFile(outer)),
        ).toBe(true);
      } finally {
        await place.close();
      }
    }, 60_000);
  },
);
