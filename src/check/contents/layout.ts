/** How a wheel lies in site-packages: names at the top, modules that can be imported, what does not belong there. */
import type { Finding } from '../../support/finding.ts';
import type { CheckSubject } from '../subject.ts';
import { advice, mistake, someOf } from './advice.ts';
import { isModule, isStubsFolder, type LibraryFile } from './library.ts';

/** What the project says must be at the top of its wheel. */
export interface LayoutOptions {
  /** Every name at the top of the wheel; not looked at when left out. */
  readonly topLevel?: readonly string[];
}

export function layoutFindings(
  subject: CheckSubject,
  { topLevel }: LayoutOptions = {},
): readonly Finding[] {
  if (subject.kind !== 'wheel') return [];
  const files = subject.library;
  const tops = [...new Set(files.map(({ top }) => top))].sort();
  return [
    ...emptyFindings(subject, files),
    ...commonNameFindings(subject, tops),
    ...severalFindings(subject, tops),
    ...topFileFindings(files),
    ...folderFindings(files, tops),
    ...importableFindings(files),
    ...expectedFindings(subject, tops, topLevel),
  ];
}

function emptyFindings(
  { path, members, wheel }: CheckSubject,
  files: readonly LibraryFile[],
): readonly Finding[] {
  if (files.length > 0) return [];
  const isAllInfo = members.every((member) => member.path.startsWith(`${wheel?.distInfo ?? ''}/`));
  if (isAllInfo)
    return [
      advice('contents/empty', 'The wheel installs nothing but its metadata.', {
        path,
        hint: 'Where that is not wanted, look at how the backend finds packages.',
      }),
    ];
  return [
    advice('contents/no-library', 'The wheel installs nothing that can be imported.', {
      path,
      hint: 'Scripts and data alone are fine; otherwise look at how the backend finds packages.',
    }),
  ];
}

/** What other projects have at their top by mistake as well, so that they overwrite each other. */
const COMMON: ReadonlySet<string> = new Set(
  (
    '.eggs .nox .tox .venv app build cli data dist doc docs example examples lib scripts src test tests venv ' +
    'benchmark benchmarks tools util utils'
  ).split(' '),
);

function commonNameFindings(
  { path, wheel }: CheckSubject,
  tops: readonly string[],
): readonly Finding[] {
  // A project of that name has every right to it.
  const own = wheel?.filename.normalizedName;
  const common = tops.filter((top) => COMMON.has(top) && top !== own);
  if (common.length === 0) return [];
  return [
    mistake('contents/common-name', 'It puts a name that belongs to nobody into site-packages.', {
      path,
      evidence: someOf(common),
      hint: 'Other distributions do the same, and the last one installed overwrites the others: exclude it from the wheel.',
    }),
  ];
}

function severalFindings({ path }: CheckSubject, tops: readonly string[]): readonly Finding[] {
  const names = tops.filter(
    (top) =>
      !top.startsWith('_') &&
      !top.endsWith('.pth') &&
      !top.endsWith('.libs') &&
      !top.endsWith('.dylibs') &&
      !isStubsFolder(top),
  );
  if (names.length < 2) return [];
  return [
    advice('contents/several-top-level', 'It installs several names at the top.', {
      path,
      evidence: someOf(names),
      hint: 'Name them all with --top-level when that is meant.',
    }),
  ];
}

function topFileFindings(files: readonly LibraryFile[]): readonly Finding[] {
  return files
    .filter(({ path, top }) => path === top)
    .flatMap(({ path, member }) => {
      if (path === '__init__.py')
        return [
          mistake('contents/init-at-top', 'An __init__.py lies in site-packages itself.', {
            path: member.path,
            hint: 'It belongs into a package; look at package_dir or where.',
          }),
        ];
      if (isModule(path) || path.endsWith('.pth')) return [];
      return [
        mistake('contents/not-a-module', 'A file that is no module lies in site-packages itself.', {
          path: member.path,
          hint: 'Move it into the package, or leave it out of the wheel.',
        }),
      ];
    });
}

/** Folders of libraries are made by repair tools. */
function folderFindings(
  files: readonly LibraryFile[],
  tops: readonly string[],
): readonly Finding[] {
  return tops
    .filter((top) => !/\.(?:libs|dylibs|scripts)$/.test(top) && !isStubsFolder(top))
    .flatMap((top) => {
      const inside = files.filter((file) => file.top === top && file.path !== top);
      if (inside.length === 0 || inside.some(({ path }) => isModule(path))) return [];
      return [
        advice('contents/folder-without-module', 'A folder in site-packages has no module in it.', {
          path: top,
          evidence: `${inside.length} files`,
          hint: 'Data belongs into the package that reads it.',
        }),
      ];
    });
}

const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

/** Python cannot be asked for a module in `my-folder`. */
function importableFindings(files: readonly LibraryFile[]): readonly Finding[] {
  const wrong = files.filter(
    ({ path, top }) => path.endsWith('.py') && !isStubsFolder(top) && !isImportable(path),
  );
  const [first] = wrong;
  if (first === undefined) return [];
  return [
    advice('contents/not-importable', 'Modules have paths that no import statement can name.', {
      path: first.member.path,
      evidence: someOf(
        wrong.map(({ path }) => path),
        3,
      ),
      hint: 'Templates and vendored files are like that; otherwise rename them.',
    }),
  ];
}

function isImportable(path: string): boolean {
  return path
    .slice(0, -'.py'.length)
    .split('/')
    .every((name) => IDENTIFIER.test(name));
}

function expectedFindings(
  { path }: CheckSubject,
  tops: readonly string[],
  wanted: readonly string[] | undefined,
): readonly Finding[] {
  if (wanted === undefined || wanted.length === 0) return [];
  const nameOf = (top: string): string => top.replace(/(?:\.[^.]+)?\.(?:py|pyi|pyd|so)$/, '');
  const present = new Set(tops.map(nameOf));
  const missing = wanted.filter((name) => !present.has(name));
  const extra = [...present].filter((name) => !wanted.includes(name));
  return [
    ...missing.map((name) =>
      mistake('contents/top-level-missing', 'A name that must be at the top is not there.', {
        path,
        evidence: name,
        hint: 'Look at how the backend finds packages.',
      }),
    ),
    ...extra.map((name) =>
      mistake('contents/top-level-unexpected', 'A name is at the top that nobody asked for.', {
        path,
        evidence: name,
        hint: 'Leave it out, or add it to the names that are expected.',
      }),
    ),
  ];
}
