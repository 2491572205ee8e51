/** Paths that trouble somebody: other file systems, other tools, other people. Wheels and sdists. */
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { CheckSubject, CheckedMember } from '../subject.ts';
import { advice, mistake, someOf } from './advice.ts';

/** What a project allows itself. */
export interface PathOptions {
  /** Files; default 2,000. */
  readonly maxFiles?: number;
  /** Characters of a path; default 200. */
  readonly maxPathLength?: number;
  /** Bytes unpacked; default 75 MB. */
  readonly maxUnpackedSize?: number;
  /** Whether a path must not be there; besides what never belongs into a distribution. */
  readonly isUnexpected?: (path: string) => boolean;
  /** Patterns of paths that must be there, each with its test. */
  readonly expected?: readonly {
    readonly pattern: string;
    readonly matches: (path: string) => boolean;
  }[];
}

const DEFAULTS = { maxFiles: 2000, maxPathLength: 200, maxUnpackedSize: 75_000_000 } as const;

export function pathFindings(subject: CheckSubject, options: PathOptions = {}): readonly Finding[] {
  const { members } = subject;
  return [
    ...sizeFindings(subject, options),
    ...caseFindings(members),
    ...strayFindings(subject, options),
    ...expectedFindings(subject, options),
    ...characterFindings(members, options),
    ...extensionFindings(subject),
    ...kindFindings(subject),
  ];
}

function sizeFindings(
  { path, members, unpackedSize }: CheckSubject,
  { maxFiles = DEFAULTS.maxFiles, maxUnpackedSize = DEFAULTS.maxUnpackedSize }: PathOptions,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (members.length > maxFiles)
    findings.push(
      advice('contents/many-files', 'It has very many files.', {
        path,
        evidence: `${members.length}, more than ${maxFiles}`,
        hint: 'Leave out tests and data that users do not need, or raise max-files.',
      }),
    );
  if (unpackedSize > maxUnpackedSize)
    findings.push(
      advice('contents/large', 'It takes much room when it is installed.', {
        path,
        evidence: `${(unpackedSize / 1e6).toFixed(0)} MB, more than ${(maxUnpackedSize / 1e6).toFixed(0)} MB`,
        hint: 'Strip native files (wheelworks repair --strip), leave out tests, or raise max-unpacked-size.',
      }),
    );
  return findings;
}

/** On macOS and Windows one of them is lost. */
function caseFindings(members: readonly CheckedMember[]): readonly Finding[] {
  // macOS spells letters with marks its own way, too.
  const groups = groupBy(members, ({ path }) => path.normalize('NFC').toLowerCase());
  return [...groups.values()]
    .filter((group) => new Set(group.map(({ path }) => path)).size > 1)
    .map((group) =>
      mistake('contents/case-only', 'Paths differ only in upper and lower case.', {
        path: group[0]?.path ?? '',
        evidence: group.map(({ path }) => path).join(', '),
        hint: 'macOS and Windows keep one of them: rename one.',
      }),
    );
}

/** What version control, services, editors and systems leave behind. */
const STRAY: readonly RegExp[] = [
  /(?:^|\/)\.(?:git|hg|svn)(?:\/|$)/,
  /(?:^|\/)\.git(?:attributes|ignore|keep|modules)$/,
  /(?:^|\/)\.github\//,
  /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/,
  /(?:^|\/)(?:codecov\.yml|\.coverage|\.readthedocs\.ya?ml|\.travis\.yml|appveyor\.yml|\.pre-commit-config\.yaml)$/,
  /(?:^|\/)\.(?:idea|vscode|mypy_cache|pytest_cache|ruff_cache|tox|nox|venv)\//,
  /\.(?:swp|orig|rej|bak)$|~$/,
];
/** Sdists carry what the project's repository has at its top, and need some of it to build. */
const FINE_IN_SDIST =
  /(?:^|\/)\.git(?:attributes|ignore|keep|modules)$|^[^/]+\/\.[^/]+$|^[^/]+\/\.github\//;

function strayFindings(
  { kind, members }: CheckSubject,
  { isUnexpected = () => false }: PathOptions,
): readonly Finding[] {
  const bytecode = members.filter(({ path }) => BYTECODE.test(path)).map(({ path }) => path);
  const stray = members
    .map(({ path }) => path)
    .filter((path) => !BYTECODE.test(path))
    .filter((path) => isUnexpected(path) || isStray(path, kind === 'sdist'));
  return [
    ...together(bytecode, (details) =>
      mistake('contents/bytecode', 'It ships byte code.', {
        ...details,
        hint: 'Installers compile for the Python at hand; of another Python it is dead weight, or is loaded in place of the source.',
      }),
    ),
    ...together(stray, (details) =>
      mistake('contents/unexpected-file', 'It has files that do not belong to a distribution.', {
        ...details,
        hint: 'Exclude them in the configuration of the build backend.',
      }),
    ),
  ];
}

const BYTECODE = /\.py[co]$/;

function isStray(path: string, isInSdist: boolean): boolean {
  return STRAY.some((pattern) => pattern.test(path)) && !(isInSdist && FINE_IN_SDIST.test(path));
}

function expectedFindings(
  { path, members }: CheckSubject,
  { expected = [] }: PathOptions,
): readonly Finding[] {
  return expected
    .filter(({ matches }) => !members.some((member) => matches(member.path)))
    .map(({ pattern }) =>
      mistake('contents/expected-missing', 'Nothing in it is as the project expects.', {
        path,
        evidence: `no path matches ${pattern}`,
        hint: 'Look at what the build backend includes.',
      }),
    );
}

function characterFindings(
  members: readonly CheckedMember[],
  { maxPathLength = DEFAULTS.maxPathLength }: PathOptions,
): readonly Finding[] {
  const paths = members.map(({ path }) => path);
  const odd = paths.filter((path) => /[^\x20-\x7e]/.test(path));
  const spaced = paths.filter((path) => path.includes(' '));
  const long = paths.filter((path) => isLonger(path, maxPathLength));
  return [
    ...together(odd, (details) =>
      advice('contents/non-ascii-path', 'Paths have characters other than ASCII.', {
        ...details,
        hint: 'File systems and locales spell them differently.',
      }),
    ),
    ...together(spaced, (details) =>
      advice('contents/space-in-path', 'Paths have spaces.', {
        ...details,
        hint: 'Scripts that do not quote them fail.',
      }),
    ),
    ...together(long, (details) =>
      advice('contents/long-path', `Paths have more than ${maxPathLength} characters.`, {
        ...details,
        hint: 'Windows takes 260 with the folder they are installed to.',
      }),
    ),
  ];
}

/** Characters are code points; most paths have fewer code units already. */
function isLonger(path: string, most: number): boolean {
  return path.length > most && Array.from(path).length > most;
}

/** Spellings of one kind of file. */
const SAME_KIND: readonly (readonly string[])[] = [
  ['cc', 'cpp', 'cxx'],
  ['htm', 'html'],
  ['jpg', 'jpeg'],
  ['jsonl', 'ndjson'],
  ['txt', 'text'],
  ['yml', 'yaml'],
];

function extensionFindings({ path, members }: CheckSubject): readonly Finding[] {
  const present = new Set(members.map((member) => /\.([^./]+)$/.exec(member.path)?.[1] ?? ''));
  return SAME_KIND.flatMap((kind) => {
    const used = kind.filter((extension) => present.has(extension));
    if (used.length < 2) return [];
    return [
      advice('contents/mixed-extensions', 'Files of one kind have different extensions.', {
        path,
        evidence: used.map((extension) => `.${extension}`).join(', '),
        hint: 'Patterns that include or exclude one of them miss the others.',
      }),
    ];
  });
}

function kindFindings({ kind, members }: CheckSubject): readonly Finding[] {
  // Links in wheels are refused as such (wheel/symlink).
  const links = kind === 'wheel' ? [] : members.filter(({ isSymlink }) => isSymlink);
  const writable = members.filter(({ mode, isSymlink }) => !isSymlink && (mode & 0o002) !== 0);
  return [
    ...together(
      links.map(({ path }) => path),
      (details) =>
        mistake('contents/symlink', 'It has symbolic links.', {
          ...details,
          hint: 'Windows cannot make them without a privilege: ship the files.',
        }),
    ),
    ...together(
      writable.map(({ path, mode }) => `${path} (${(mode & 0o7777).toString(8)})`),
      (details) =>
        mistake('contents/world-writable', 'It has files that everybody may write to.', {
          ...details,
          path: writable[0]?.path ?? '',
          hint: 'Build with a umask of 022; wheelworks unpack and pack writes 644 and 755.',
        }),
    ),
  ];
}

/** One finding for all paths of a kind: the first as its place, the first few as its evidence. */
function together(
  paths: readonly string[],
  find: (details: { readonly path: string; readonly evidence: string }) => Finding,
): readonly Finding[] {
  const [path] = paths;
  return path === undefined ? [] : [find({ path, evidence: someOf(paths, 3) })];
}
