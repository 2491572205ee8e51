/** What a wheel carries that running it does not need, told from names. */
import type { Effort, Saving } from './model.ts';
import { savingOf, wholeMember } from './saving.ts';
import { filesText } from './strip-saving.ts';
import type { MemberFacts, WheelFacts } from './wheel-facts.ts';

interface Leftover {
  readonly what: string;
  readonly pattern: RegExp;
  readonly effort: Effort;
  readonly remedy: string;
  readonly caution?: string;
}

/** The first that a path fits counts. */
const LEFTOVERS: readonly Leftover[] = [
  {
    what: 'caches and files of editors and systems',
    pattern:
      /(?:^|\/)(?:__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.git|\.svn|\.idea|\.vscode)\/|\.py[co]$|(?:^|\/)(?:\.DS_Store|Thumbs\.db)$|\.(?:orig|rej|swp|bak)$/,
    effort: 'none',
    remedy: 'Leave them out; installers make byte code themselves.',
  },
  {
    what: 'debug information of other tools',
    pattern: /\.(?:pdb|ilk|dwo|dwp|dbg|debug)$|\.dSYM\//,
    effort: 'none',
    remedy: 'Publish them beside the wheel.',
  },
  {
    what: 'static libraries and object files',
    pattern: /\.(?:a|la|lib|o|obj)$/,
    effort: 'choice',
    remedy: 'Leave them out: they are linked into what the wheel runs.',
    caution: 'Who compiles against the package may link them.',
  },
  {
    what: 'tests and their data',
    pattern: /(?:^|\/)(?:tests?|testing_data|test_data|testdata|benchmarks?)\//,
    effort: 'choice',
    remedy: 'Leave them to the sdist, or to a package of their own.',
    caution: 'Users can no longer run the tests of what they installed.',
  },
  {
    what: 'headers and files for build systems',
    pattern: /\.(?:h|hh|hpp|hxx|h\+\+|cuh|inl|ipp|tpp|pc|cmake)$/,
    effort: 'choice',
    remedy: 'Move them to a package for developers.',
    caution: 'Who compiles against the package needs them.',
  },
  {
    what: 'sources that were compiled',
    pattern: /\.(?:c|cc|cpp|cxx|c\+\+|m|mm|cu|f|f90|f77|for|rs|pyx|zig|asm|s)$/i,
    effort: 'choice',
    remedy: 'Leave them to the sdist.',
    caution: 'Some packages compile them at run time.',
  },
  {
    what: 'documentation and examples',
    pattern:
      /(?:^|\/)(?:docs?|examples?|tutorials?|notebooks?|man)\/|\.(?:ipynb|js\.map|css\.map)$/,
    effort: 'choice',
    remedy: 'Publish them as a website.',
  },
  {
    what: 'type stubs',
    pattern: /\.pyi$/,
    effort: 'choice',
    remedy: 'Move them to a package of stubs (PEP 561).',
    caution: 'Type checkers and editors need them.',
  },
];

/** One saving for each kind of leftover that is there. */
export function leftoverSavings({ members, distInfo }: WheelFacts): readonly Saving[] {
  const found = new Map<Leftover, MemberFacts[]>();
  for (const member of members) {
    if (member.path.startsWith(`${distInfo}/`)) continue;
    if (member.native?.elf?.isSeparateDebug === true) continue;
    const leftover = LEFTOVERS.find(({ pattern }) => pattern.test(member.path));
    if (leftover === undefined) continue;
    found.set(leftover, [...(found.get(leftover) ?? []), member]);
  }
  return [...found].flatMap(([leftover, files]) => leftoverSaving(leftover, files) ?? []);
}

function leftoverSaving(
  { what, effort, remedy, caution }: Leftover,
  files: readonly MemberFacts[],
): Saving | undefined {
  return savingOf({
    kind: 'leftover',
    title: `${what}: ${filesText(files.length)}`,
    effort,
    installedBasis: 'measured',
    downloadBasis: 'measured',
    members: files.map(wholeMember),
    evidence: files
      .toSorted((left, right) => right.compressedSize - left.compressedSize)
      .slice(0, 3)
      .map(({ path }) => path),
    remedy,
    ...(caution === undefined ? {} : { caution }),
  });
}
