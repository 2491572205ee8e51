/** Distributions for the tests of checks: nothing is wrong with them but what a test says. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archive, member } from '../archive/tar/tar-bytes.ts';
import { buildWheel, type Content, type WheelSpec } from '../support/wheel-builder.ts';

/** A file under a name. */
export interface Distribution {
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** Metadata that nothing is wrong with, with more header lines and another description. */
export function metadata(
  lines: readonly string[] = [],
  { version = '2.4', name = 'pkg', release = '1.0', body = '# A readme\n\nText.\n' } = {},
): string {
  const isTyped = lines.some((line) => line.startsWith('Description-Content-Type'));
  return [
    `Metadata-Version: ${version}`,
    `Name: ${name}`,
    `Version: ${release}`,
    ...(isTyped || version < '2.1' ? [] : ['Description-Content-Type: text/markdown']),
    ...lines,
    '',
    body,
  ].join('\n');
}

/** A wheel that is right, with changes. */
export function wheel(spec: WheelSpec = {}): Distribution {
  const named = spec.name === undefined ? {} : { name: spec.name };
  const told = spec.version === undefined ? named : { ...named, release: spec.version };
  const { filename, bytes } = buildWheel({ metadata: metadata([], told), ...spec });
  return { filename, bytes };
}

/** A wheel with more metadata headers. */
export function wheelWith(
  lines: readonly string[],
  options: Parameters<typeof metadata>[1] = {},
): Distribution {
  return wheel({ metadata: metadata(lines, options) });
}

export interface SdistSpec {
  readonly filename?: string;
  readonly top?: string;
  readonly pkgInfo?: string | null;
  /** Below the top folder. */
  readonly files?: Readonly<Record<string, Content>>;
  /** Members as bytes, behind the others. */
  readonly extra?: readonly Uint8Array[];
}

/** An sdist that is right, with changes. */
export function sdist(spec: SdistSpec = {}): Distribution {
  const { filename = 'pkg-1.0.tar.gz', top = 'pkg-1.0', pkgInfo = metadata() } = spec;
  const { files = { 'pyproject.toml': '[build-system]\n', 'pkg/__init__.py': 'x = 1\n' } } = spec;
  const all = pkgInfo === null ? files : { 'PKG-INFO': pkgInfo, ...files };
  const members = Object.entries(all).map(([path, content]) =>
    member({ name: `${top}/${path}`, content }),
  );
  return { filename, bytes: gzipSync(archive(...members, ...(spec.extra ?? []))) };
}

/** Writes distributions into a folder; their paths. */
export async function writeAll(
  folder: string,
  distributions: readonly Distribution[],
): Promise<readonly string[]> {
  return Promise.all(
    distributions.map(async ({ filename, bytes }) => {
      const path = join(folder, filename);
      await writeFile(path, bytes);
      return path;
    }),
  );
}
