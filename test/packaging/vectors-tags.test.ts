import { describe, expect, it } from 'vitest';
import {
  abiOfExtensionSuffix,
  supportedTags,
  type InterpreterDescription,
} from '../../src/packaging/supported-tags.ts';
import { supportedPlatforms } from '../../src/packaging/supported-tags-platforms.ts';
import { formatTag } from '../../src/packaging/tag.ts';
import { packagingVectors } from '../support/vectors.ts';

interface Recorded {
  readonly interpreter: InterpreterDescription & { readonly extSuffix?: string };
  readonly platforms: readonly string[];
  /** `cp312-abi3-*` stands for the tags on all platforms in order. */
  readonly tags: readonly string[];
}

/** packaging 26.3 moved the plain Linux tags to the front; of 26.2 only the tags of Linux are recorded. */
const RECORDINGS = [
  { file: 'tags-26.3.json', nativeLinux: 'first' },
  { file: 'tags-26.2.json', nativeLinux: 'last' },
] as const;

function describeInterpreter({ extSuffix, ...interpreter }: Recorded['interpreter']) {
  const abi = extSuffix === undefined ? undefined : abiOfExtensionSuffix(extSuffix);
  return { ...interpreter, ...(abi === undefined ? {} : { abi }) };
}

function title({ implementation, version, platform, ...more }: Recorded['interpreter']): string {
  return `${implementation} ${version.major}.${version.minor} ${JSON.stringify(more)} on ${JSON.stringify(platform)}`;
}

describe.each(RECORDINGS)('supported tags as in $file', ({ file, nativeLinux }) => {
  const { supported } = packagingVectors(file) as { supported: Recorded[] };

  it('has enough interpreters', () => {
    expect(supported.length).toBeGreaterThan(40);
  });

  it.each(supported.map((recorded) => [title(recorded.interpreter), recorded] as const))(
    '%s',
    (_title, recorded) => {
      const { platform } = recorded.interpreter;
      expect(supportedPlatforms(platform, nativeLinux)).toEqual(recorded.platforms);
      const ours = supportedTags(describeInterpreter(recorded.interpreter), { nativeLinux });
      const theirs = recorded.tags.flatMap((tag) =>
        tag.endsWith('-*') ? recorded.platforms.map((name) => tag.slice(0, -1) + name) : [tag],
      );
      expect(ours.map(formatTag)).toEqual(theirs);
    },
  );
});
