import { describe, expect, it } from 'vitest';
import type { SystemPackage } from '../../../src/distro/index.ts';
import type { PlannedGraft } from '../../../src/repair/plan.ts';
import { copyLicenses } from '../../../src/repair/sbom/licenses.ts';
import { fileError } from '../../../src/support/errors.ts';

function graft(name: string, licenseFiles: readonly string[]): PlannedGraft {
  const owner: SystemPackage = {
    manager: 'dpkg',
    name,
    version: '1',
    architecture: 'amd64',
    source: undefined,
    license: undefined,
    licenseFiles,
    homepage: undefined,
    purl: `pkg:deb/${name}@1`,
  };
  const to = `pkg.libs/${name}.so`;
  const own = { name, from: to, to, size: 1, sha256: '', neededBy: [], needs: [] };
  return { ...own, edits: [], strip: false, owner };
}

const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ['/usr/share/doc/libcurl4/copyright', Buffer.from('curl')],
  ['/usr/share/licenses/libxml2/Copyright', Buffer.from('xml')],
  ['/usr/share/licenses/libxml2/more/AUTHORS', Buffer.from('authors')],
  ['/huge', Buffer.alloc(5 << 20)],
]);

async function read(path: string): Promise<Uint8Array> {
  const bytes = FILES.get(path);
  if (bytes === undefined)
    throw fileError(Object.assign(new Error('gone'), { code: 'ENOENT' }), path);
  return bytes;
}

const copy = (...grafted: readonly PlannedGraft[]): ReturnType<typeof copyLicenses> =>
  copyLicenses(grafted, { folder: 'pkg.libs', read });

describe('licence files of grafted packages', () => {
  it('lie in a folder for each package, sorted', async () => {
    const { files, findings } = await copy(
      graft('libxml2', [
        '/usr/share/licenses/libxml2/Copyright',
        '/usr/share/licenses/libxml2/more/AUTHORS',
      ]),
      graft('libcurl4', ['/usr/share/doc/libcurl4/copyright']),
    );
    expect(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['pkg.libs/libcurl4/copyright', 'curl'],
      ['pkg.libs/libxml2/AUTHORS', 'authors'],
      ['pkg.libs/libxml2/Copyright', 'xml'],
    ]);
    expect(findings).toEqual([]);
  });

  it('of a package with several libraries are copied once', async () => {
    const one = graft('libcurl4', ['/usr/share/doc/libcurl4/copyright']);
    expect((await copy(one, { ...one, to: 'pkg.libs/other.so' })).files).toHaveLength(1);
  });

  it('that are gone or absurdly large are told of, all in one finding', async () => {
    const { files, findings } = await copy(
      graft('libgone', ['/usr/share/doc/libgone/copyright']),
      graft('libhuge', ['/huge']),
      graft('libnone', []),
    );
    expect(files).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'repair/no-license-file',
      message: 'No licence file was found of libgone, libhuge, libnone.',
    });
  });

  it.each([
    ['../../evil', 'pkg.libs/.._.._evil/copyright'],
    ['..', 'pkg.libs/_/copyright'],
    ['a/b', 'pkg.libs/a_b/copyright'],
    ['libstdc++6', 'pkg.libs/libstdc++6/copyright'],
  ])('a package called %s does not leave the folder', async (name, path) => {
    const { files } = await copy(graft(name, ['/usr/share/doc/libcurl4/copyright']));
    expect(files.map((each) => each.path)).toEqual([path]);
  });
});
