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
    ...strayFindings(members, options),
    ...expectedFindings(subject, options),
    ...characterFindings(members, options),
    ...extensionFindings(subject),
    ...kindFindings(members),
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
  const groups = groupBy(members, ({ path }) => path.toLowerCase());
  return [...groups.values()]
    .filter((group) => new Set(group.map(({ path }) => path)).size > 1)
    .map((group) =>
      mistake('contents/case-only', 'Two paths differ only in upper and lower case.', {
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
  members: readonly CheckedMember[],
  { isUnexpected = () => false }: PathOptions,
): readonly Finding[] {
  const isSdist = members.every(({ crc32 }) => crc32 === undefined);
  return members.flatMap(({ path }) => {
    const isStray =
      STRAY.some((pattern) => pattern.test(path)) && !(isSdist && FINE_IN_SDIST.test(path));
    const isBytecode = /\.py[co]$/.test(path);
    if (isBytecode)
      return [
        mistake('contents/bytecode', 'It ships byte code.', {
          path,
          hint: 'Installers compile for the Python at hand; of another Python it is dead weight, or is loaded in place of the source.',
        }),
      ];
    if (!isStray && !isUnexpected(path)) return [];
    return [
      mistake(
        'contents/unexpected-file',
        'A file is in it that does not belong to a distribution.',
        {
          path,
          hint: 'Exclude it in the configuration of the build backend.',
        },
      ),
    ];
  });
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
  return members.flatMap(({ path }) => [
    ...(/[^\x20-\x7e]/.test(path)
      ? [
          advice('contents/non-ascii-path', 'A path has characters other than ASCII.', {
            path,
            hint: 'File systems and locales spell them differently.',
          }),
        ]
      : []),
    ...(path.includes(' ')
      ? [
          advice('contents/space-in-path', 'A path has a space.', {
            path,
            hint: 'Scripts that do not quote it fail.',
          }),
        ]
      : []),
    ...(Array.from(path).length > maxPathLength
      ? [
          advice('contents/long-path', 'A path is very long.', {
            path,
            evidence: `${Array.from(path).length} characters, more than ${maxPathLength}`,
            hint: 'Windows takes 260 with the folder it is installed to.',
          }),
        ]
      : []),
  ]);
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

function kindFindings(members: readonly CheckedMember[]): readonly Finding[] {
  const links = members.filter(({ isSymlink }) => isSymlink);
  const writable = members.filter(({ mode, isSymlink }) => !isSymlink && (mode & 0o002) !== 0);
  return [
    ...(links.length === 0
      ? []
      : [
          mistake('contents/symlink', 'It has symbolic links.', {
            path: links[0]?.path ?? '',
            evidence: someOf(links.map(({ path }) => path)),
            hint: 'Windows cannot make them, and installers write the link as text: ship the file.',
          }),
        ]),
    ...(writable.length === 0
      ? []
      : [
          mistake('contents/world-writable', 'It has files that everybody may write to.', {
            path: writable[0]?.path ?? '',
            evidence: someOf(writable.map(({ path, mode }) => `${path} (${mode.toString(8)})`)),
            hint: 'Build with a umask of 022; wheelworks unpack and pack writes 644 and 755.',
          }),
        ]),
  ];
}
