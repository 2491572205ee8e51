import { describe, expect, it } from 'vitest';
import { parseSdistFilename, parseWheelFilename } from '../../src/packaging/filename.ts';
import { formatTag } from '../../src/packaging/tag.ts';
import { formatVersion } from '../../src/packaging/version.ts';
import { packagingVectors, resultOrCode } from '../support/vectors.ts';

interface Invalid {
  readonly filename: string;
  readonly valid: false;
}

interface Sdist {
  readonly filename: string;
  readonly valid: true;
  readonly name: string;
  readonly version: string;
}

interface Wheel extends Sdist {
  readonly build: [number: string, suffix: string] | null;
  readonly tags: readonly string[];
}

const { wheels, sdists } = packagingVectors('filenames.json') as {
  wheels: (Wheel | Invalid)[];
  sdists: (Sdist | Invalid)[];
};

/** Names that packaging reads and wheelworks does not; docs/packaging-differences.md has the reasons. */
const REFUSED_WHEELS = new Set([
  '_foo-1.0-py3-none-any.whl',
  'foo_-1.0-py3-none-any.whl',
  '.foo-1.0-py3-none-any.whl',
  'fo\u00f6-1.0-py3-none-any.whl',
  '\u0661-1.0-py3-none-any.whl',
  'foo-1.0-py3\u00f6-none-any.whl',
  'foo-1.0-py3-non\u00e9-any.whl',
  'foo-1.0-py3-none-an!y.whl',
  'foo-1.0-py3-none- any.whl',
  'foo- 1.0-py3-none-any.whl',
  'foo-1.0 -py3-none-any.whl',
  'foo-1.0-1 a-py3-none-any.whl',
  'foo-1.0-1+a-py3-none-any.whl',
]);

const REFUSED = 'packaging/sdist-filename';
const AMBIGUOUS = 'packaging/sdist-filename-ambiguous';

/** What wheelworks says of names that packaging reads differently, refuses or takes; the reasons are in the same place. */
const DIFFERENT_SDISTS = new Map<string, unknown>([
  ['foo- 1.0.tar.gz', REFUSED],
  ['foo-1.0 .tar.gz', REFUSED],
  ['foo bar-1.0.tar.gz', REFUSED],
  ['_foo-1.0.tar.gz', REFUSED],
  ['foo_-1.0.tar.gz', REFUSED],
  ['foo/bar-1.0.tar.gz', REFUSED],
  ['fo\u00f6-1.0.tar.gz', REFUSED],
  ['foo-1.0-1.tar.gz', AMBIGUOUS],
  ['foo-1.0-rc-1.tar.gz', AMBIGUOUS],
  ['py-1-2-3.tar.gz', AMBIGUOUS],
  ['foo-1.0+local-1.tar.gz', { name: 'foo', version: '1.0+local.1' }],
  ['foo-1.0.tar.bz2', { name: 'foo', version: '1.0' }],
  ['foo-1.0.tgz', { name: 'foo', version: '1.0' }],
  ['foo-1.0.tar.xz', { name: 'foo', version: '1.0' }],
  ['foo-1.0.tar', { name: 'foo', version: '1.0' }],
]);

/** A refused name's answer in the shape of the recorded one; any other code is a failure. */
function asRecorded(filename: string, answer: unknown): unknown {
  const isRefusal = answer === 'packaging/wheel-filename' || answer === 'packaging/wheel-variant';
  return isRefusal ? { filename, valid: false } : answer;
}

function ourWheel(filename: string) {
  return resultOrCode(() => {
    const wheel = parseWheelFilename(filename);
    return {
      filename,
      valid: true,
      name: wheel.normalizedName,
      version: formatVersion(wheel.version),
      build: wheel.build === undefined ? null : [String(wheel.build.number), wheel.build.suffix],
      tags: wheel.tags.tags.map(formatTag).sort(),
    };
  });
}

function ourSdist(filename: string) {
  return resultOrCode(() => {
    const sdist = parseSdistFilename(filename);
    return { name: sdist.normalizedName, version: formatVersion(sdist.version) };
  });
}

function theirSdist(recorded: Sdist | Invalid): unknown {
  return recorded.valid ? { name: recorded.name, version: recorded.version } : REFUSED;
}

describe('wheel file names as pypa/packaging reads them', () => {
  it('are enough, and the differences are some', () => {
    expect(wheels.length).toBeGreaterThan(300);
    const different = wheels.filter(({ filename }) => REFUSED_WHEELS.has(filename));
    expect(different.map(({ valid }) => valid)).toEqual(Array.from(REFUSED_WHEELS, () => true));
  });

  it.each(wheels)('$filename', (recorded) => {
    const { filename } = recorded;
    expect(asRecorded(filename, ourWheel(filename))).toEqual(
      REFUSED_WHEELS.has(filename) ? { filename, valid: false } : recorded,
    );
  });
});

describe('sdist file names as pypa/packaging reads them', () => {
  it('are enough, and the differences are some', () => {
    expect(sdists.length).toBeGreaterThan(100);
    const same = sdists.filter((recorded) => {
      const different = DIFFERENT_SDISTS.get(recorded.filename);
      return JSON.stringify(different) === JSON.stringify(theirSdist(recorded));
    });
    expect(same).toEqual([]);
  });

  it.each(sdists)('$filename', (recorded) => {
    const { filename } = recorded;
    expect(ourSdist(filename)).toEqual(DIFFERENT_SDISTS.get(filename) ?? theirSdist(recorded));
  });
});
