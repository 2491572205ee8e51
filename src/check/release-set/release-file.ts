/** What the rules over several files know of each. */
import { normalizeName } from '../../packaging/index.ts';
import type { PartDescription, SplitDescription } from '../../wheel/split/index.ts';
import type { CheckSubject } from '../subject.ts';

/** What is kept of a file for the rules over several. */
export interface ReleaseFile {
  readonly path: string;
  readonly filename: string;
  readonly kind: CheckSubject['kind'];
  readonly size: number;
  /** Hex; undefined when it was not made. */
  readonly sha256: string | undefined;
  /** Normalised; undefined when neither metadata nor file name tell. */
  readonly project: string | undefined;
  /** As written. */
  readonly version: string | undefined;
  readonly requiresDist: readonly string[];
  readonly requiresPython: string | undefined;
  readonly providesExtra: readonly string[];
  /** Of metadata: fields that may still change in a wheel (PEP 643). */
  readonly dynamic: readonly string[];
  /** Tags of a wheel with its build number, sorted. */
  readonly tags: readonly string[];
  readonly build: string | undefined;
  /** What a main wheel says of its parts. */
  readonly split: SplitDescription | undefined;
  /** What a part of a split wheel says of itself. */
  readonly part: PartDescription | undefined;
}

/** What the rules need of a file. */
export function releaseFileOf(
  { path, filename, kind, size, metadata, wheel, sdist, split, part }: CheckSubject,
  sha256: string | undefined,
): ReleaseFile {
  const name = metadata?.name ?? wheel?.filename.name ?? sdist?.filename.name;
  return {
    path,
    filename,
    kind,
    size,
    sha256,
    project: name === undefined ? undefined : normalizeName(name),
    version: metadata?.version ?? wheel?.filename.versionText ?? sdist?.filename.versionText,
    requiresDist: metadata?.requiresDist ?? [],
    requiresPython: metadata?.requiresPython,
    providesExtra: metadata?.providesExtra ?? [],
    dynamic: metadata?.dynamic ?? [],
    tags: (wheel?.filename.tags.tags ?? [])
      .map(({ interpreter, abi, platform }) => `${interpreter}-${abi}-${platform}`)
      .sort(),
    build: wheel?.filename.build?.text,
    split,
    part,
  };
}
