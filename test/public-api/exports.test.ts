import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

const root = join(import.meta.dirname, '..', '..');

/** Names that programs may rely on; a change of this list is a change of the public interface. */
const PUBLIC = {
  '.': [
    'WheelworksError',
    'inspectDistribution',
    'openWheel',
    'packTree',
    'planRelease',
    'retagWheel',
    'runRelease',
    'unpackDistribution',
    'verifyWheel',
    'writeWheel',
  ],
  './packaging': [
    'compareVersions',
    'evaluateMarker',
    'parseMetadata',
    'parseRequirement',
    'supportedTags',
  ],
  './zip': ['openZip', 'openZipFile', 'verifyZipFraming', 'writeZip'],
  './tar': ['extractTar', 'openSdistTar', 'readTar', 'writeTarGz'],
  './elf': ['readElf', 'memoryBytes'],
} as const;

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the package', () => {
  it('has exactly the documented entries', () => {
    expect(Object.keys(manifest.exports)).toEqual([...Object.keys(PUBLIC), './package.json']);
  });

  it.each(Object.entries(PUBLIC))('%s exports what programs rely on', async (entry, names) => {
    const target = manifest.exports[entry];
    const path = typeof target === 'object' ? target.default : '';
    const exported = Object.keys((await import(join(root, path))) as object);
    expect(exported).toEqual(expect.arrayContaining([...names]));
  });
});
