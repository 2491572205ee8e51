/**
 * Real extension modules and libraries of every architecture, from Debian's packages: what the audit says of them is
 * held against binutils' readelf, and their tags against the glibc that they were built with.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { auditPath, type Audit } from '../../src/audit/index.ts';
import { isPlausible } from '../../src/platform/index.ts';
import {
  debianRootOrSkip,
  debianRootsMissing,
  isSlowWelcome,
  type DebianSuite,
} from '../support/debian-roots.ts';
import { auditBuilt } from '../support/audit-wheel.ts';
import { askReadelf, hasReadelf } from '../support/readelf.ts';

/** Small packages with native files in C, C++ and Rust; all of their files together are a few megabytes. */
const PACKAGES = [
  'libbz2-1.0',
  'libcrypt1',
  'libgcc-s1',
  'musl',
  'python3-bcrypt',
  'python3-kiwisolver',
  'python3-markupsafe',
  'zlib1g',
] as const;

interface System {
  readonly suite: DebianSuite;
  readonly debian: string;
  readonly architecture: string;
  /** Minor version of the suite's glibc 2. */
  readonly glibc: number;
}

const ALWAYS: readonly System[] = [
  { suite: 'forky', debian: 'loong64', architecture: 'loongarch64', glibc: 43 },
  { suite: 'bookworm', debian: 's390x', architecture: 's390x', glibc: 36 },
];
const SLOW: readonly System[] = [
  { suite: 'bookworm', debian: 'arm64', architecture: 'aarch64', glibc: 36 },
  { suite: 'bookworm', debian: 'armhf', architecture: 'armv7l', glibc: 36 },
  { suite: 'bookworm', debian: 'i386', architecture: 'i686', glibc: 36 },
  { suite: 'bookworm', debian: 'ppc64el', architecture: 'ppc64le', glibc: 36 },
  { suite: 'forky', debian: 'riscv64', architecture: 'riscv64', glibc: 43 },
];
const SYSTEMS = isSlowWelcome ? [...ALWAYS, ...SLOW] : ALWAYS;

const DOWNLOAD = 300_000;

describe.skipIf(debianRootsMissing !== undefined || !hasReadelf())(
  `files of Debian (skipped ${debianRootsMissing ?? 'without readelf of binutils'})`,
  () => {
    it.for(SYSTEMS)('$suite on $debian', { timeout: DOWNLOAD }, async (system, context) => {
      const root = debianRootOrSkip(context, system.suite, system.debian, PACKAGES);
      const paths = nativesBelow(root);
      expect(paths.length).toBeGreaterThan(6);
      const audits = await Promise.all(paths.map(async (path) => auditPath(path)));
      for (const audit of audits) {
        expectAsReadelf(audit);
        expect(implausible(audit, system)).toEqual([]);
      }
      const libcs = audits.map(({ libc, subject }) => [subject.natives[0]?.elf?.libc, libc]);
      expect(libcs.filter(([own]) => own === 'glibc').length).toBeGreaterThan(5);
      // Modules of Rust, C++ and C, which need more of the system than the libraries do.
      const modules = audits.filter(({ subject }) => subject.path.includes('/dist-packages/'));
      expect(modules.length).toBeGreaterThan(2);
    });

    it.for(SYSTEMS)(
      'in a wheel, $suite on $debian',
      { timeout: DOWNLOAD },
      async (system, context) => {
        const root = debianRootOrSkip(context, system.suite, system.debian, PACKAGES);
        const { python, files } = modulesOfOnePython(root);
        const { architecture, glibc } = system;
        const tags = `${python}-${python}-manylinux_2_${glibc}_${architecture}`;
        const audit = await auditBuilt(tags, files);
        expect(audit.natives.length).toBeGreaterThan(2);
        expect(audit).toMatchObject({ architecture, libc: 'glibc', externalLibraries: [] });
        // The system that they were built for has all that they need.
        expect(audit.claims).toMatchObject([{ holds: true, blockers: [] }]);
        const errors = audit.findings.filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
      },
    );
  },
);

/** The packages of a suite hold modules of each Python that it supports. */
function modulesOfOnePython(root: string): {
  readonly python: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
} {
  const all = nativesBelow(root).flatMap((path) => {
    const [, name = ''] = /\/dist-packages\/(.*)$/.exec(path) ?? [];
    return name === '' ? [] : [{ path, name, digits: /\.cpython-(\d+)-/.exec(name)?.[1] }];
  });
  const digits = all.find((each) => each.digits !== undefined)?.digits ?? '';
  const chosen = all.filter((each) => each.digits === undefined || each.digits === digits);
  return {
    python: `cp${digits}`,
    files: Object.fromEntries(chosen.map(({ path, name }) => [name, readFileSync(path)])),
  };
}

/** Regular files that are ELF files to the eye, links left out. */
function nativesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF')
    .sort();
}

/** readelf's names of the machines. */
const MACHINES: Readonly<Record<string, RegExp>> = {
  aarch64: /^AArch64$/,
  armv7l: /^ARM$/,
  i686: /^Intel 80386$/,
  loongarch64: /^(?:LoongArch|<unknown>: 0x102)$/,
  ppc64le: /^PowerPC64$/,
  riscv64: /^RISC-V$/,
  s390x: /^IBM S\/390$/,
};

function expectAsReadelf({ subject, architecture }: Audit): void {
  const [native] = subject.natives;
  const theirs = askReadelf(subject.path);
  const header = execFileSync('readelf', ['-h', subject.path], { encoding: 'utf8' });
  const machine = /^\s*Machine:\s+(.*)$/m.exec(header)?.[1] ?? '';
  expect(machine).toMatch(MACHINES[architecture ?? ''] ?? /^$/);
  expect(native?.elf?.byteOrder).toBe(/big endian/.test(header) ? 'big' : 'little');
  const elf = native?.elf;
  expect({
    needed: elf?.needed,
    soname: elf?.soname,
    versionNeeds: Object.entries(elf?.versions ?? {})
      .flatMap(([library, versions]) => versions.map((version) => `${library} ${version}`))
      .sort(),
  }).toEqual({
    needed: theirs?.needed,
    soname: theirs?.soname,
    versionNeeds: theirs?.versionNeeds,
  });
  const undefinedNames = (theirs?.symbols ?? []).flatMap((line) => {
    const [, name = '', binding, place] = /^(\S+) (\S+) \S+ (\S+)$/.exec(line) ?? [];
    return place === 'undefined' && binding !== 'weak' && binding !== 'local' && !name.includes('@')
      ? [name]
      : [];
  });
  expect([...(elf?.symbols.imports ?? [])].sort()).toEqual(undefinedNames.sort());
}

/** What cannot be: another processor or libc, a tag outside of the port's first glibc and the suite's, an old world. */
function implausible({ subject, ...audit }: Audit, system: System): readonly string[] {
  const { architecture, glibc } = system;
  const own = subject.natives[0]?.elf?.libc;
  const isMusl = /\/(?:libc\.so|ld-musl-\S*)$|-musl\//.test(subject.path);
  const { overallTag = '' } = audit;
  const minor = Number(/^manylinux_2_(\d+)_/.exec(overallTag)?.[1] ?? Number.NaN);
  const isTagRight =
    own !== 'glibc' ||
    (audit.externalLibraries.length > 0
      ? overallTag === `linux_${architecture}`
      : minor <= glibc && isPlausible(overallTag));
  const codes = new Set(audit.findings.map(({ code }) => code));
  return [
    ...(audit.architecture === architecture ? [] : [`architecture ${audit.architecture ?? ''}`]),
    ...(isMusl && own === 'glibc' ? ['libc glibc'] : []),
    ...(isTagRight ? [] : [`tag ${overallTag}`]),
    ...(codes.has('audit/loongarch-old-world') ? ['old world'] : []),
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'wheelworks-musl-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Debian's names of the processors that a gcc of this machine may compile for. */
const HOST: Readonly<Record<string, readonly [debian: string, architecture: string]>> = {
  x64: ['amd64', 'x86_64'],
  arm64: ['arm64', 'aarch64'],
};
const host = HOST[process.arch];
const canLink = host !== undefined && spawnSync('gcc', ['--version']).status === 0;

describe.skipIf(debianRootsMissing !== undefined || !canLink)(
  `a module linked against musl (skipped ${debianRootsMissing ?? 'without gcc'})`,
  () => {
    it('is judged by musl', { timeout: DOWNLOAD }, async (context) => {
      const [debian, architecture] = host ?? ['', ''];
      const root = debianRootOrSkip(context, 'bookworm', debian, ['musl']);
      const source = join(folder, 'module.c');
      const path = join(folder, 'module.so');
      writeFileSync(
        source,
        'extern int getrandom(void *, unsigned long, unsigned);\nint roll(void) { int n; getrandom(&n, 4, 0); return n; }\n',
      );
      const libraries = join(root, `lib/${architecture}-linux-musl`);
      const options = [
        '-shared',
        '-fPIC',
        '-nostdlib',
        '-o',
        path,
        source,
        '-L',
        libraries,
        '-l:libc.so',
      ];
      execFileSync('gcc', options, { stdio: 'ignore' });
      const audit = await auditPath(path);
      expect(askReadelf(path)?.needed).toEqual(audit.subject.natives[0]?.elf?.needed);
      expect(audit).toMatchObject({
        architecture,
        libc: 'musl',
        overallTag: `musllinux_1_2_${architecture}`,
        externalLibraries: [],
      });
    });
  },
);
