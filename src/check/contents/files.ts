/** What single files of a wheel tell: copies, tests, types, signatures, and tags that nobody can use. */
import {
  parseInterpreterTag,
  parseVersion,
  specifierSetContains,
  tryParseSpecifierSet,
} from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import type { CheckSubject } from '../subject.ts';
import { advice, mistake, someOf } from './advice.ts';
import type { LibraryFile } from './library.ts';

export function fileFindings(subject: CheckSubject): readonly Finding[] {
  if (subject.kind !== 'wheel') return [];
  return [
    ...copyFindings(subject),
    ...testFindings(subject),
    ...typeFindings(subject),
    ...signatureFindings(subject),
    ...pythonFindings(subject),
    ...python2Findings(subject),
  ];
}

/** Smaller files are alike by chance: empty ones, a coding line, a licence header. */
const SMALLEST_COPY = 64;

function copyFindings(subject: CheckSubject): readonly Finding[] {
  const files = subject.library.filter(({ member }) => member.size >= SMALLEST_COPY);
  const groups = [
    ...groupBy(files, ({ member }) => `${member.size} ${member.crc32 ?? ''}`).values(),
  ]
    .filter((group) => group.length > 1)
    .sort((left, right) => wastedBy(right) - wastedBy(left));
  const [largest] = groups;
  if (largest === undefined) return [];
  const bytes = groups.reduce((sum, group) => sum + wastedBy(group), 0);
  const more = groups.length === 1 ? '' : `; ${groups.length} such groups`;
  return [
    advice('contents/duplicate', 'Files have the same content.', {
      path: largest[0]?.member.path ?? '',
      evidence: `${someOf(
        largest.map(({ path }) => path),
        3,
      )}${more}, ${bytes} bytes too many`,
      hint: 'Keep one of each and import or read it from the other places.',
    }),
  ];
}

function wastedBy(group: readonly LibraryFile[]): number {
  return (group[0]?.member.size ?? 0) * (group.length - 1);
}

function testFindings(subject: CheckSubject): readonly Finding[] {
  // At the top they are somebody's else's problem too, and told of as a common name.
  const tests = subject.library.filter(({ path }) => /[^/]\/tests?\//.test(path));
  if (tests.length === 0) return [];
  const bytes = tests.reduce((sum, { member }) => sum + member.size, 0);
  return [
    advice('contents/tests', 'It ships its tests.', {
      path: tests[0]?.member.path ?? '',
      evidence: `${tests.length} files of ${bytes} bytes`,
      hint: 'Users download them every time; the sdist is the place for them.',
    }),
  ];
}

/** PEP 561. */
function typeFindings(subject: CheckSubject): readonly Finding[] {
  const files = subject.library;
  const marked = new Set(
    files.filter(({ path }) => path.endsWith('/py.typed')).map(({ top }) => top),
  );
  const isClaimed = (subject.metadata?.classifiers ?? []).includes('Typing :: Typed');
  const stubs = files.filter(
    ({ path, top }) =>
      path.endsWith('.pyi') && path !== top && !top.endsWith('-stubs') && !marked.has(top),
  );
  const tops = [...new Set(stubs.map(({ top }) => top))];
  if (tops.length > 0)
    return [
      advice('contents/py-typed-missing', 'It ships types that no type checker reads.', {
        path: stubs[0]?.member.path ?? '',
        evidence: `no ${tops[0] ?? ''}/py.typed (PEP 561)`,
        hint: 'Add an empty py.typed to the package, and to its package data.',
      }),
    ];
  if (!isClaimed || marked.size > 0 || files.length === 0) return [];
  return [
    advice('contents/py-typed-missing', 'Its classifier says "Typed", and no py.typed is there.', {
      path: subject.metadataPath,
      evidence: 'Typing :: Typed',
      hint: 'Add an empty py.typed to the package, and to its package data (PEP 561).',
    }),
  ];
}

function signatureFindings({ members, wheel }: CheckSubject): readonly Finding[] {
  const prefix = `${wheel?.distInfo ?? ''}/RECORD.`;
  return members
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path }) =>
      advice('contents/record-signature', 'It carries a signature that nobody checks.', {
        path,
        hint: 'RECORD.jws and RECORD.p7s are deprecated (PEP 815); use attestations (PEP 740).',
      }),
    );
}

/** A cp39 wheel of a project that asks for 3.10 is installed by nobody. */
function pythonFindings({ wheel, metadata, metadataPath }: CheckSubject): readonly Finding[] {
  const text = metadata?.requiresPython;
  if (wheel === undefined || text === undefined) return [];
  const interpreters = [...new Set(wheel.filename.tags.tags.map(({ interpreter }) => interpreter))];
  const versions = interpreters.map(oldestVersion);
  if (versions.length === 0 || versions.includes(undefined)) return [];
  const isAllowed = versions.some((version) => version !== undefined && matches(text, version));
  const abis = new Set(wheel.filename.tags.tags.map(({ abi }) => abi));
  // The stable ABI and pure wheels serve later versions, too.
  if (isAllowed || abis.has('abi3') || abis.has('abi3t') || abis.has('none')) return [];
  return [
    mistake(
      'contents/requires-python-tag',
      'Its own Requires-Python keeps it from being installed.',
      {
        path: metadataPath,
        evidence: `Requires-Python ${text}, and the file is for ${interpreters.join(', ')}`,
        hint: 'Correct requires-python, or do not build for that version.',
      },
    ),
  ];
}

/** `py2.py3` stays in the configuration of projects long after they left Python 2. */
function python2Findings({ path, wheel, metadata }: CheckSubject): readonly Finding[] {
  const text = metadata?.requiresPython;
  const tags = (wheel?.filename.tags.tags ?? []).map(({ interpreter }) => interpreter);
  const old = [...new Set(tags)].filter((tag) => /^(?:py|cp)2\d?$/.test(tag));
  const isAlone = old.length === new Set(tags).size;
  if (text === undefined || old.length === 0 || isAlone || matches(text, '2.7')) return [];
  return [
    advice(
      'contents/python2-tag',
      'It is tagged for Python 2, and Requires-Python keeps that out.',
      {
        path,
        evidence: `${old.join(', ')}, and Requires-Python ${text}`,
        hint: 'Leave out universal = true, or take the tag away: wheelworks retag --python-tag -py2.',
      },
    ),
  ];
}

/** `cp312` is 3.12, any patch release of it; undefined for `py3` and for what is not CPython's numbering. */
function oldestVersion(interpreter: string): string | undefined {
  const parsed = parseInterpreterTag(interpreter);
  if (parsed.implementation !== 'cpython') return undefined;
  const { major, minor } = parsed.version;
  return minor === undefined ? undefined : `${major}.${minor}`;
}

/** Some patch release of the series is enough: `>=3.8.1` allows cp38. */
const PATCHES = [0, 1, 2, 3, 5, 8, 13, 99] as const;

function matches(text: string, series: string): boolean {
  const set = tryParseSpecifierSet(text);
  if (set === undefined) return true;
  return PATCHES.some((patch) => specifierSetContains(set, parseVersion(`${series}.${patch}`)));
}
