/** Candidates of three packages that pin one another, each as four wheels and an sdist: what a nightly of a compiler leaves. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTarGz, type TarInput } from '../../src/archive/tar/index.ts';
import { writeWheelFile, type Content, type WheelSpec } from '../support/wheel-builder.ts';

export const RC = '3.12.0rc20261119';
export const FINAL = '3.12.0';
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const TAGS = [
  'py3-none-any',
  'cp312-abi3-manylinux_2_28_x86_64',
  'cp314-cp314t-manylinux_2_28_aarch64',
  'cp313-cp313-macosx_13_0_arm64',
];

export interface PackageSpec {
  readonly name: string;
  readonly module: string;
  readonly requires: readonly string[];
  readonly files?: Record<string, Content>;
}

export const PACKAGES: readonly PackageSpec[] = [
  { name: 'iree-base-runtime', module: 'iree_runtime', requires: [] },
  {
    name: 'iree-base-compiler',
    module: 'iree_compiler',
    requires: [
      `iree-base-runtime==${RC}`,
      'IREE.base_runtime[io] (~= 3.12.0rc20261119) ; extra == "io"',
    ],
  },
  {
    name: 'iree-turbine',
    module: 'iree_turbine',
    requires: [
      `iree_base_compiler[io] === ${RC}`,
      `iree-base-runtime [io] == ${RC}, != 3.11 ; python_version < "4"`,
      'iree-base-runtime>=3.10,==3.12.*; python_version >= "3.8"',
    ],
  },
];

export function metadataOf(
  { name, requires }: PackageSpec,
  version = RC,
  body = 'A readme.\n',
): string {
  return [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((each) => `Requires-Dist: ${each}`),
    'Provides-Extra: io',
    '',
    body,
  ].join('\n');
}

/** The spec of one wheel. */
export function wheelOf(spec: PackageSpec, tags: string, version = RC): WheelSpec {
  const name = spec.name.replaceAll('-', '_');
  const purl = `pkg:pypi/${spec.name}@${version}`;
  return {
    name,
    version,
    tags,
    metadata: metadataOf(spec, version),
    files: {
      [`${spec.module}/__init__.py`]: `from .version import VERSION\n`,
      [`${spec.module}/version.py`]: `VERSION = "${version}"\nREVISIONS = {"IREE": "${COMMIT}"}\n`,
      [`${spec.module}/data.bin`]: 'unchanged '.repeat(1000),
      [`${name}-${version}.data/scripts/run-${spec.module}`]: '#!python\nprint("hi")\n',
      [`${name}-${version}.dist-info/sboms/auditwheel.cdx.json`]: `${JSON.stringify(
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.4',
          version: 1,
          metadata: {
            component: {
              type: 'library',
              'bom-ref': `${purl}?file_name=${name}-${version}-${tags}.whl`,
              name: spec.name,
              version,
              purl: `${purl}?file_name=${name}-${version}-${tags}.whl`,
            },
          },
          components: [
            { type: 'library', name: 'libgomp', version: '1.0', 'bom-ref': 'pkg:rpm/libgomp@1.0' },
          ],
          dependencies: [
            {
              ref: `${purl}?file_name=${name}-${version}-${tags}.whl`,
              dependsOn: ['pkg:rpm/libgomp@1.0'],
            },
          ],
        },
        undefined,
        2,
      )}\n`,
      ...spec.files,
    },
    executable: [`${name}-${version}.data/scripts/run-${spec.module}`],
  };
}

/** Writes the whole set; the folder it is in. */
export async function writeIreeSet(
  folder: string,
  {
    packages = PACKAGES,
    tags = TAGS,
  }: { packages?: readonly PackageSpec[]; tags?: readonly string[] } = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const spec of packages)
    for (const tag of tags) await writeWheelFile(folder, wheelOf(spec, tag));
  return folder;
}

/** An sdist with the files that backends read. */
export async function writeSdist(
  folder: string,
  { name, version = RC, files }: { name: string; version?: string; files: Record<string, string> },
): Promise<string> {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const inputs = Object.entries(files).map(([path, content]): TarInput => ({
    type: 'file',
    path: `${stem}/${path}`,
    content: Buffer.from(content),
    executable: path.endsWith('.sh'),
  }));
  const chunks: Uint8Array[] = [];
  await writeTarGz(async (bytes) => void chunks.push(bytes), inputs, { mtime: 1_700_000_000 });
  const path = join(folder, `${stem}.tar.gz`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, Buffer.concat(chunks));
  return path;
}
