/** What is wrong between packages of one folder: files of the same name, cycles, several Pythons, several architectures. */
import type { Finding } from '../../../support/finding.ts';
import { isApkVersion } from '../../versions/index.ts';
import { dependencyGraph } from './closure.ts';
import { cyclesOf } from './cycles.ts';
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';

/** Findings about the packages of a folder as a set. */
export function checkTogether(facts: readonly PackageFacts[], directory: string): Finding[] {
  return [
    ...facts.flatMap(checkSpelling),
    ...checkCycles(facts),
    ...checkClashes(facts),
    ...checkPythons(facts),
    ...checkFolderPython(facts, directory),
    ...checkArchitectures(facts, directory),
  ];
}

/** Spellings of pre-releases that opkg puts after the release. */
const LATE_PRE = /\d[._]?(?:a|alpha|b|beta|rc|pre|dev)\d*(?:$|[-._])/i;

function checkSpelling({ manager, version, path }: PackageFacts): Finding[] {
  if (manager === 'apk')
    return isApkVersion(version)
      ? []
      : [
          feedFinding('feed/version-spelling', 'A version is none to apk.', {
            path,
            evidence: version,
            hint: 'Pre-releases are spelled 1.0_rc1, post-releases 1.0_p1.',
          }),
        ];
  if (!LATE_PRE.test(version) || version.includes('~')) return [];
  return [
    feedFinding('feed/version-spelling', 'To opkg this pre-release is later than the release.', {
      severity: 'warning',
      path,
      evidence: version,
      hint: 'Spell it with a tilde: 1.0~rc1.',
    }),
  ];
}

function checkCycles(facts: readonly PackageFacts[]): Finding[] {
  return cyclesOf(dependencyGraph(facts)).map((group) => {
    const names = group.map(({ name }) => name);
    return feedFinding('feed/dependency-cycle', 'Packages depend on each other in a circle.', {
      severity: 'warning',
      path: group[0]?.path ?? '',
      evidence: [...names, names[0]].join(' -> '),
      hint: 'The order in which they are installed is left to the manager. Let one of them do without.',
    });
  });
}

function checkClashes(facts: readonly PackageFacts[]): Finding[] {
  const owners = new Map<string, PackageFacts>();
  const clashes = new Map<string, { one: PackageFacts; other: PackageFacts; files: string[] }>();
  for (const each of facts)
    for (const file of each.files) {
      const owner = owners.get(file);
      if (owner === undefined) owners.set(file, each);
      else if (!mayShare(owner, each)) {
        const key = `${owner.filename}\0${each.filename}`;
        const clash = clashes.get(key) ?? { one: owner, other: each, files: [] };
        clash.files.push(file);
        clashes.set(key, clash);
      }
    }
  return [...clashes.values()].map(({ one, other, files }) =>
    feedFinding(
      'feed/file-clash',
      'Two packages have files of the same name, and cannot be installed together.',
      {
        path: other.path,
        evidence: `${one.name} and ${other.name}: /${files[0] ?? ''}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`,
        hint: 'Leave the files out of one of them, or declare that they exclude each other.',
      },
    ),
  );
}

/** Versions and architectures of one package never meet on a device; nor do packages that exclude each other. */
function mayShare(one: PackageFacts, other: PackageFacts): boolean {
  const excludes = (a: PackageFacts, b: PackageFacts): boolean =>
    a.conflicts.some(
      ({ name }) => name === b.name || b.provides.some((each) => each.name === name),
    );
  const isForeign =
    one.architecture !== other.architecture &&
    one.architecture !== 'all' &&
    other.architecture !== 'all';
  return one.name === other.name || isForeign || excludes(one, other) || excludes(other, one);
}

/** `libpython3-3.13`, on which everything depends that is for Python 3.13. */
const LIBPYTHON = /^libpython3?-?(\d+\.\d+)$/;

function checkPythons(facts: readonly PackageFacts[]): Finding[] {
  const findings: Finding[] = [];
  const minorsByName = new Map<string, Map<string, PackageFacts>>();
  for (const each of facts) {
    const tied = each.depends.flatMap(({ name }) => LIBPYTHON.exec(name)?.[1] ?? []);
    const minors = new Set([...each.minors, ...tied]);
    if (minors.size > 1)
      findings.push(
        feedFinding('feed/two-pythons', 'A package is for two versions of Python at once.', {
          path: each.path,
          evidence: [...minors].sort().join(', '),
          hint: 'A device has one of them. Make a package for each.',
        }),
      );
    if (tied.length === 0 && isUntied(each))
      findings.push(
        feedFinding('feed/untied-minor', 'Nothing ties a package to the Python it is for.', {
          severity: 'info',
          path: each.path,
          evidence: each.minors[0] ?? '',
          hint: `After an upgrade of Python it would stay, and not be found. Let it depend on libpython3-${each.minors[0] ?? ''}.`,
        }),
      );
    const known = minorsByName.get(each.name) ?? new Map<string, PackageFacts>();
    for (const minor of minors) known.set(minor, each);
    minorsByName.set(each.name, known);
  }
  for (const [name, minors] of minorsByName) {
    const files = [...new Set(minors.values())];
    if (files.length > 1 && minors.size > 1)
      findings.push(
        feedFinding(
          'feed/two-pythons',
          'Packages of one name are for different versions of Python.',
          {
            path: files[0]?.path ?? '',
            evidence: `${name}: ${[...minors.keys()].sort().join(', ')}`,
            hint: 'A device takes the highest version, whichever Python it has. Give each Python a folder of its own.',
          },
        ),
      );
  }
  return findings;
}

/**
 * A device has one Python 3: packages for another one could never be installed from this folder, unless the folder has the
 * Pythons themselves, side by side.
 */
function checkFolderPython(facts: readonly PackageFacts[], directory: string): Finding[] {
  const there = new Set(facts.flatMap(({ name }) => LIBPYTHON.exec(name)?.[1] ?? []));
  const wanting = new Map<string, Set<string>>();
  for (const { name, depends } of facts)
    for (const each of depends) {
      const minor = LIBPYTHON.exec(each.name)?.[1];
      if (minor === undefined) continue;
      wanting.set(minor, (wanting.get(minor) ?? new Set()).add(name));
    }
  const isSideBySide = [...wanting.keys()].every((minor) => there.has(minor));
  if (wanting.size < 2 || isSideBySide) return [];
  const [most, ...fewer] = [...wanting].sort(
    ([one, few], [other, many]) => many.size - few.size || (one < other ? -1 : 1),
  );
  const told = fewer.map(([minor, names]) => `${minor} by ${namesOf(names)}`);
  return [
    feedFinding('feed/two-pythons', 'Packages of one folder need different versions of Python.', {
      path: directory,
      evidence: `${most?.[0] ?? ''} by ${plural(most?.[1].size ?? 0)}, ${told.join(', ')}`,
      hint: 'A device has one of them. Give each Python a folder of its own.',
    }),
  ];
}

const MOST_NAMED = 5;

function namesOf(names: ReadonlySet<string>): string {
  const more = names.size > MOST_NAMED ? ` and ${names.size - MOST_NAMED} more` : '';
  return `${[...names].sort().slice(0, MOST_NAMED).join(' ')}${more}`;
}

function plural(count: number): string {
  return count === 1 ? '1 package' : `${count} packages`;
}

/** What every .apk of OpenWrt says of itself in a file. */
const APK_LISTS = /^\/?lib\/apk\/packages\//;

/** Feeds have a package of that name for Python 3.9 and later, since release 21.02. */
const FIRST_TIED = 9;

function isUntied({ name, minors: [minor, second], files }: PackageFacts): boolean {
  // The twin with sources depends on nothing, here and in OpenWrt's feed: it does nothing without the package that is tied.
  const isSource = (file: string): boolean => file.endsWith('.py') || APK_LISTS.test(file);
  if (name.endsWith('-src') && files.every(isSource)) return false;
  const number = Number(/^3\.(\d+)$/.exec(minor ?? '')?.[1] ?? 0);
  return second === undefined && number >= FIRST_TIED && !LIBPYTHON.test(name);
}

function checkArchitectures(facts: readonly PackageFacts[], directory: string): Finding[] {
  const all = [...new Set(facts.map(({ architecture }) => architecture))].filter(
    (each) => each !== 'all',
  );
  if (all.length < 2) return [];
  return [
    feedFinding('feed/several-architectures', 'A folder holds packages of several architectures.', {
      severity: 'warning',
      path: directory,
      evidence: all.sort().join(', '),
      hint: 'Devices load the list of all of them. Give each architecture a folder of its own.',
    }),
  ];
}
