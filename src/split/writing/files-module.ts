/** `NAME_cache/_files.py` and the stubs: what the joiner is told. */
import { createHash } from 'node:crypto';
import type { SetNames } from '../names.ts';
import type { SplitChoices } from '../options.ts';
import type { PlannedGroup, PlannedStub, WheelSplit } from '../plan.ts';
import { pythonLiteral, type Literal } from './literals.ts';

/** A cut file as it was read: what a plan cannot know. */
export interface CutFacts {
  /** Hexadecimal, of the whole file. */
  readonly sha256: string;
  readonly crc32: number;
  /** Where inflating may start: offset in the stream, offset in the file. The first is the start of both. */
  readonly segments: readonly (readonly [number, number])[];
  /** Member with the windows of the restart points; undefined for one segment. */
  readonly windows:
    { readonly package: string; readonly name: string; readonly sha256: string } | undefined;
  readonly chunks: readonly {
    readonly package: string;
    readonly name: string;
    /** Of the member, header included. */
    readonly size: number;
    readonly sha256: string;
  }[];
}

/** What `_files.py` is made of. */
export interface FilesModuleInput {
  readonly names: SetNames;
  readonly version: string;
  readonly choices: SplitChoices;
  readonly split: WheelSplit;
  /** One of the platform tags of the wheel. */
  readonly platform: string;
  /** Path to facts of the files that were cut. */
  readonly cuts: ReadonlyMap<string, CutFacts>;
  /** Path to hexadecimal SHA-256, of every other file of a group. */
  readonly digests: ReadonlyMap<string, string>;
}

/** The text of `_files.py`: literals only, in the syntax of Python 3.8. */
export function filesModule(input: FilesModuleInput): string {
  const { names, version, choices, split, platform } = input;
  const groups: Record<string, Literal> = {};
  const files: Record<string, Literal> = {};
  for (const group of split.groups) {
    const digest = groupDigest(group, input);
    groups[digest] = {
      platform,
      files: group.files.map((file) => fileLiteral(file, input)),
      needs: group.needs,
    };
    for (const path of group.entries) files[path] = digest;
  }
  const settings = {
    variable: choices.cacheVariable ?? null,
    directory: choices.cacheDirectory ?? null,
  };
  const values = {
    VERSION: version,
    DISTRIBUTION: names.project,
    SETTINGS: settings,
    GROUPS: groups,
    FILES: files,
  };
  return [
    '"""What this package joins. Written when the wheel was split."""\n',
    ...Object.entries(values).map(([name, value]) => `${name} = ${pythonLiteral(value)}\n`),
  ].join('\n');
}

/** Files of equal content at equal paths are one entry of the cache, whichever wheel they came with. */
function groupDigest({ files }: PlannedGroup, input: FilesModuleInput): string {
  const lines = files.map(({ path }) => `${digestOf(path, input)}  ${path}\n`);
  const byPath = lines.toSorted((left, right) => (left.slice(66) < right.slice(66) ? -1 : 1));
  return createHash('sha256').update(byPath.join('')).digest('hex');
}

function digestOf(path: string, { cuts, digests }: FilesModuleInput): string {
  const digest = cuts.get(path)?.sha256 ?? digests.get(path);
  if (digest === undefined) throw new TypeError(`the digest of ${path} is not known`);
  return digest;
}

function fileLiteral(
  { path, size, from }: PlannedGroup['files'][number],
  input: FilesModuleInput,
): Literal {
  const file = { path, size, sha256: digestOf(path, input), from };
  const cut = input.cuts.get(path);
  if (cut === undefined) return file;
  return {
    ...file,
    chunks: cut.chunks.map((chunk) => ({ ...chunk })),
    segments: cut.segments.map((pair) => ({ pair })),
    windows: cut.windows === undefined ? null : { ...cut.windows },
  };
}

/**
 * The text of a stub: importing it loads the module from the cache in its place. It binds no name: when the module is
 * reloaded, it runs among those of the module.
 */
export function stubText({ loads }: PlannedStub, { cache }: SetNames): string {
  return [
    `# Stands in for ${loads.slice(loads.lastIndexOf('/') + 1)}, which ${cache} joins and loads.`,
    `__import__("${cache}").load(globals(), ${JSON.stringify(loads)})\n`,
  ].join('\n');
}
