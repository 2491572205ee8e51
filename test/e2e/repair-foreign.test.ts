/**
 * Modules of other architectures, from Debian's packages, which lean on their system's libcurl: repaired on this machine
 * with that system as --sysroot, and run by an emulator in the same system after the libraries were taken out of it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianRootsMissing } from '../support/debian-roots.ts';
import {
  copyWithout,
  filesOfPackage,
  foreignRoot,
  installForeign,
  runForeign,
  tagOf,
  type ForeignSystem,
} from '../support/repair-lab-foreign.ts';
import { expectOwnLibraries, repair } from '../support/repair-lab-run.ts';
import { buildLabWheel } from '../support/repair-lab.ts';
import { scratch } from '../support/scratch.ts';

const SYSTEMS: readonly ForeignSystem[] = [
  { suite: 'bookworm', debian: 'i386', architecture: 'i686', qemu: 'i386' },
  { suite: 'bookworm', debian: 'arm64', architecture: 'aarch64', qemu: 'aarch64' },
  { suite: 'forky', debian: 'riscv64', architecture: 'riscv64', qemu: 'riscv64' },
  { suite: 'forky', debian: 'loong64', architecture: 'loongarch64', qemu: 'loongarch64' },
];

/** Reads a file through libcurl. */
const script = (path: string): string => `
import pycurl, io
body = io.BytesIO()
curl = pycurl.Curl()
curl.setopt(pycurl.URL, "file://${path}")
curl.setopt(pycurl.WRITEFUNCTION, body.write)
curl.perform()
answer = [body.getvalue().decode(), pycurl.version.split()[1].split("/")[0]]
`;

const DOWNLOAD = 300_000;

describe.skipIf(debianRootsMissing !== undefined)(
  `pycurl of Debian (skipped ${debianRootsMissing ?? 'elsewhere'})`,
  () => {
    it.for(SYSTEMS)('for $debian', { timeout: DOWNLOAD }, async (system, context) => {
      const built = foreignRoot(context, system, ['python3-pycurl']);
      const folder = await scratch();
      const wheel = await buildLabWheel(join(folder, 'dist'), filesOfPackage(built, 'pycurl'), {
        tags: tagOf(built),
      });
      const options = ['--sysroot', built.root];
      const repaired = await repair(wheel, join(folder, 'out'), { options });
      for (const { from, package: owner } of repaired.grafted) {
        expect(from.startsWith(`${built.root}/`)).toBe(true);
        expect(owner?.purl).toContain(`arch=${system.debian}`);
      }
      const names = repaired.grafted.map(({ name }) => name.replace(/\.so.*/, ''));
      expect(names).toEqual(
        expect.arrayContaining([expect.stringMatching(/^libcurl/), 'libnghttp2']),
      );

      const platform = /-([^-]*)\.whl$/.exec(repaired.output)?.[1] ?? '';
      expect(platform).toMatch(`_${system.architecture}`);
      const { version } = built;
      const target = { platform, version };
      const bare = copyWithout(
        built,
        join(folder, 'bare'),
        repaired.grafted.map(({ from }) => from),
      );
      const text = join(folder, 'page.txt');
      writeFileSync(text, 'read by libcurl');
      const before = installForeign(wheel, join(folder, 'before'), {
        ...target,
        platform: `linux_${system.architecture}`,
      });
      expect(() => runForeign(context, bare, { script: script(text), path: before })).toThrow(
        /ImportError: lib[^:]*: cannot open shared object file/,
      );
      const path = installForeign(repaired.output, join(folder, 'target'), target);
      const ran = runForeign(context, bare, { script: script(text), path });
      expect(ran.answer).toEqual(['read by libcurl', expect.stringMatching(/^libcurl$/)]);
      expectOwnLibraries(ran, repaired, path);

      const again = await repair(repaired.output, join(folder, 'again'), { options });
      expect(again).toMatchObject({ changed: false, outputSha256: repaired.outputSha256 });
    });
  },
);
