/** Baselines of real systems: Debian's packages, unpacked. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compareBaselines,
  deriveBaseline,
  formatBaseline,
  lintBaselines,
  parseBaselineDocument,
  type BaselineFile,
} from '../../src/baseline/index.ts';
import { baselineByTag, loadDistributions } from '../../src/platform/index.ts';
import {
  debianRootOrSkip,
  debianRootsMissing,
  isSlowWelcome,
  type DebianSuite,
} from '../support/debian-roots.ts';
import { hasReadelf } from '../support/readelf.ts';

const DOWNLOAD = 110_000;

interface Expected {
  readonly suite: DebianSuite;
  readonly debian: string;
  readonly name: string;
  readonly libcVersion: readonly [number, number];
  readonly architecture: string;
  readonly loader: string;
  /** A version of libc.so.6 that the port began with. */
  readonly epoch: string;
}

const bookworm = { suite: 'bookworm', name: 'debian_12', libcVersion: [2, 36] } as const;
const forky = { suite: 'forky', name: 'debian_forky', libcVersion: [2, 43] } as const;

const AMD64 = {
  debian: 'amd64',
  architecture: 'x86_64',
  loader: '/lib64/ld-linux-x86-64.so.2',
  epoch: 'GLIBC_2.2.5',
};
const ARM64 = {
  debian: 'arm64',
  architecture: 'aarch64',
  loader: '/lib/ld-linux-aarch64.so.1',
  epoch: 'GLIBC_2.17',
};

const ALWAYS: readonly Expected[] = [
  { ...bookworm, ...AMD64 },
  { ...bookworm, ...ARM64 },
  { ...forky, ...AMD64 },
  {
    ...forky,
    debian: 'loong64',
    architecture: 'loongarch64',
    loader: '/lib64/ld-linux-loongarch-lp64d.so.1',
    epoch: 'GLIBC_2.36',
  },
];

const SLOW: readonly Expected[] = [
  {
    ...bookworm,
    debian: 'armhf',
    architecture: 'armv7l',
    loader: '/lib/ld-linux-armhf.so.3',
    epoch: 'GLIBC_2.4',
  },
  {
    ...bookworm,
    debian: 'i386',
    architecture: 'i686',
    loader: '/lib/ld-linux.so.2',
    epoch: 'GLIBC_2.0',
  },
  {
    ...bookworm,
    debian: 'ppc64el',
    architecture: 'ppc64le',
    loader: '/lib64/ld64.so.2',
    epoch: 'GLIBC_2.17',
  },
  {
    ...bookworm,
    debian: 's390x',
    architecture: 's390x',
    loader: '/lib/ld64.so.1',
    epoch: 'GLIBC_2.2',
  },
  { ...forky, ...ARM64 },
  {
    ...forky,
    debian: 'riscv64',
    architecture: 'riscv64',
    loader: '/lib/ld-linux-riscv64-lp64d.so.1',
    epoch: 'GLIBC_2.27',
  },
];

const SYSTEMS = isSlowWelcome ? [...ALWAYS, ...SLOW] : ALWAYS;

async function derive(root: string): Promise<readonly BaselineFile[]> {
  return (await deriveBaseline([root])).baselines;
}

describe.skipIf(debianRootsMissing !== undefined)(
  `Debian (skipped ${debianRootsMissing ?? 'without an answer of its mirror'})`,
  () => {
    it.for(SYSTEMS)('$suite on $architecture', { timeout: DOWNLOAD }, async (expected, context) => {
      const root = debianRootOrSkip(context, expected.suite, expected.debian);
      const [glibc, musl] = await derive(root);
      const { name, architecture, libcVersion, loader } = expected;
      expect(glibc).toMatchObject({ name, libc: 'glibc', architecture, libcVersion, loader });
      if (glibc === undefined) return;
      const names = [
        'libatomic.so.1',
        'libc.so.6',
        'libgcc_s.so.1',
        'libm.so.6',
        'libstdc++.so.6',
        'libz.so.1',
      ];
      expect([...glibc.libraries.keys()]).toEqual(expect.arrayContaining(names));
      const libc = glibc.libraries.get('libc.so.6')?.versions;
      expect(libc?.get(expected.epoch)?.symbols).toContain('malloc');
      expect(libc?.has('GLIBC_PRIVATE')).toBe(false);
      expect(glibc.libraries.get('libz.so.1')?.versions.get('')?.symbols).toContain('deflate');
      expect(glibc.provenance[0]?.files.get('libstdc++.so.6')).toMatchObject({
        package: 'libstdc++6',
        packageVersion: expect.stringMatching(/^\d/) as string,
        buildId: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      });
      expect(glibc.provenance[0]?.libcBanner).toMatch(/^GNU C Library \(Debian GLIBC /);
      const muslFacts = musl && {
        ...musl,
        hasMalloc: musl.libraries.get('libc.so')?.versions.get('')?.symbols.includes('malloc'),
      };
      // Debian has a musl for every one of these.
      expect(muslFacts).toMatchObject({
        name: `${name}_musl`,
        libc: 'musl',
        libcVersion: [1, 2],
        hasMalloc: true,
      });
      const text = formatBaseline(glibc);
      expect(parseBaselineDocument(text, 'x')).toMatchObject({ kind: 'baseline', file: glibc });
    });

    it(
      'has everything that its tag promises',
      async (context) => {
        const [glibc] = await derive(debianRootOrSkip(context, 'bookworm', 'amd64'));
        const tagged = baselineByTag('manylinux_2_36_x86_64');
        if (glibc === undefined || tagged === undefined) throw new Error('nothing to compare');
        const { versions, summary } = compareBaselines(tagged, glibc);
        expect(versions.filter(({ side }) => side === 'one')).toEqual([]);
        expect(summary.sameLibcVersion).toBe(true);
      },
      DOWNLOAD,
    );

    it(
      'of two releases differ by new versions alone, and what both have is the older',
      async (context) => {
        const roots = (['bookworm', 'forky'] as const).map((suite) =>
          debianRootOrSkip(context, suite, 'amd64'),
        );
        const [older, newer] = await Promise.all(
          roots.map(async (root) => (await derive(root))[0]),
        );
        if (older === undefined || newer === undefined) throw new Error('nothing to compare');
        const { summary, versions } = compareBaselines(older, newer);
        expect(summary.versions.onlyOne).toBe(0);
        expect(versions.map(({ version }) => version)).toEqual(
          expect.arrayContaining(['GLIBC_2.38', 'GLIBCXX_3.4.32']),
        );
        const { baselines } = await deriveBaseline(roots, { name: 'both' });
        const common = baselines.find(({ libc }) => libc === 'glibc');
        expect(common && compareBaselines(common, older).summary.symbols).toEqual({
          onlyOne: 0,
          onlyOther: summary.symbols.onlyOne,
        });
        const findings = lintBaselines(
          [older, newer].map((file) => ({ kind: 'baseline', path: file.name, file })),
          await loadDistributions(),
        );
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      },
      DOWNLOAD,
    );

    it.skipIf(!hasReadelf())(
      'has the versions and symbols that readelf and nm see (skipped without binutils)',
      async (context) => {
        const root = debianRootOrSkip(context, 'bookworm', 'amd64');
        const [glibc] = await derive(root);
        const files = glibc?.provenance[0]?.files ?? new Map<string, { readonly path: string }>();
        expect(files.size).toBeGreaterThan(10);
        const seen = [...files].map(([soname, { path }]) => [
          soname,
          symbolsByNm(join(root, path)),
          versionsByReadelf(join(root, path)),
        ]);
        expect([...files.keys()].map((soname) => factsOf(glibc, soname))).toEqual(seen);
      },
      DOWNLOAD,
    );
  },
);

/** A library of a baseline as nm and readelf show it. */
function factsOf(file: BaselineFile | undefined, soname: string): readonly unknown[] {
  const versions = file?.libraries.get(soname)?.versions;
  const symbols = [...(versions ?? [])].flatMap(([version, found]) =>
    found.symbols.map((symbol) => {
      const at = found.hidden.includes(symbol) ? '@' : '@@';
      return version === '' ? symbol : `${symbol}${at}${version}`;
    }),
  );
  const names: string[] = [...(versions?.keys() ?? [])].filter((name) => name !== '');
  return [soname, symbols.sort(), names.sort()];
}

/** `name@@VERSION` of what a library exports, without what is private and the symbols that stand for versions themselves. */
function symbolsByNm(path: string): string[] {
  const output = execFileSync('nm', ['-D', '--defined-only', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const versions = new Set([...versionsByReadelf(path), 'GLIBC_PRIVATE']);
  const symbols = output.split('\n').flatMap((line) => {
    const [, type = '', name = ''] = /^[0-9a-f]+ (\S) (\S+)$/.exec(line) ?? [];
    const isMarker = type === 'A' && versions.has(name.replace(/@.*/, ''));
    return name === '' || isMarker ? [] : [name];
  });
  return symbols.filter((name) => !name.endsWith('_PRIVATE')).sort();
}

function versionsByReadelf(path: string): string[] {
  const output = execFileSync('readelf', ['-V', '-W', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const definitions = output.slice(output.indexOf('Version definition section'));
  const [section = ''] = definitions.split(/\n\n/, 1);
  const names = section.split('\n').flatMap((line) => {
    const [, flags, name] = /Flags: (\S+)\s.*Name: (\S+)$/.exec(line) ?? [];
    return name === undefined || flags === 'BASE' ? [] : [name];
  });
  return [...new Set(names)].filter((name) => !name.endsWith('_PRIVATE')).sort();
}
