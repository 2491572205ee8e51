/** Releases as the page shows them: a complete one, and one with everything that can go wrong. */
import type {
  ReportJob,
  ReportPageInput,
  ReportWheel,
} from '../../../src/build/report-page/index.ts';

const PLATFORMS = [
  'manylinux_x86_64',
  'musllinux_x86_64',
  'manylinux_aarch64',
  'macosx_arm64',
  'win_amd64',
];
const PYTHONS = ['cp311', 'cp312', 'cp313', 'cp314', 'cp314t', 'pp311'];

function wheelName(tag: string, platform: string): string {
  const abi =
    tag === 'cp312' || tag === 'cp313' || tag === 'cp314' ? 'cp312-abi3' : `${tag}-${tag}`;
  const place = platform
    .replace('manylinux', 'manylinux_2_28')
    .replace('musllinux', 'musllinux_1_2')
    .replace('macosx', 'macosx_11_0');
  return `libspam-1.4.0rc1-${abi}-${place}.whl`;
}

function job(tag: string, platform: string, index: number): ReportJob {
  const id = `${tag}-${platform}`;
  const isCovered = tag === 'cp313' || tag === 'cp314';
  return {
    id,
    package: 'libspam',
    state: isCovered ? 'covered' : tag === 'cp311' ? 'reused' : 'built',
    wheel: wheelName(tag, platform),
    buildSeconds: tag === 'cp311' || isCovered ? 0 : 3.2 + index * 7.9,
    testSeconds: tag === 'cp311' ? 0 : 0.8 + index / 3,
    test: tag === 'cp311' ? 'reused' : 'passed',
    logs:
      tag === 'cp311'
        ? []
        : [...(isCovered ? [] : [`logs/${id}.build.log`]), `logs/${id}.test.log`],
    notices: [],
  };
}

const JOBS = PYTHONS.flatMap((tag, row) =>
  PLATFORMS.filter((platform) => tag !== 'pp311' || platform !== 'musllinux_x86_64').map(
    (platform, column) => job(tag, platform, row + column),
  ),
);

function wheelsOf(jobs: readonly ReportJob[]): readonly ReportWheel[] {
  const names = [...new Set(jobs.flatMap(({ wheel }) => (wheel === undefined ? [] : [wheel])))];
  return names.map((filename, index) => {
    const served = jobs.filter(({ wheel }) => wheel === filename);
    return {
      filename,
      size: 412_345 + index * 98_765,
      sha256: 'c0ffee00'.repeat(8),
      builtFor: served[0]?.id ?? '',
      testedOn: served
        .filter(({ test }) => test === 'passed' || test === 'reused')
        .map(({ id }) => id),
      findings: [],
    };
  });
}

/** Every identifier has a wheel that passed. */
export const COMPLETE: ReportPageInput = {
  kind: 'release',
  title: 'libspam 1.4.0rc1',
  jobs: JOBS,
  wheels: wheelsOf(JOBS),
  leftOut: [],
  notices: [],
  pages: [
    { title: 'Index', href: 'simple/index.html' },
    { title: 'All files', href: 'links.html' },
  ],
  seconds: 331,
};

function broken(): readonly ReportJob[] {
  return JOBS.map((each): ReportJob => {
    const { wheel: _, ...without } = each;
    switch (each.id) {
      case 'cp314t-manylinux_x86_64':
        return {
          ...without,
          state: 'failed',
          test: 'not-run',
          testSeconds: 0,
          logs: [`logs/${each.id}.build.log`],
          error: {
            code: 'build/missing-header',
            message: 'The build needs openssl/ssl.h, which is not installed.',
            evidence:
              'src/spam.c:3:10: fatal error: openssl/ssl.h: No such file or directory\ncompilation terminated.',
            hint: 'Install openssl-devel in before-all: dnf install -y openssl-devel',
          },
        };
      case 'cp313-win_amd64':
        return {
          ...each,
          state: 'failed',
          test: 'failed',
          error: {
            code: 'release/test-failed',
            message: 'The test command exited with 1.',
            evidence:
              'ImportError: DLL load failed while importing _spam: The specified module could not be found.',
            hint: 'wheelworks shell cp313-win_amd64 opens the environment it failed in.',
          },
        };
      case 'pp311-macosx_arm64':
        return {
          ...without,
          state: 'missing',
          test: 'not-run',
          testSeconds: 0,
          buildSeconds: 0,
          logs: [],
          expects: 'libspam-*-pp311-pypy311_pp73-macosx_*_arm64.whl',
          error: {
            code: 'release/no-wheel',
            message: 'No wheel of this release installs on PyPy 3.11.',
            hint: 'The wheel built for it carries a tag that it does not support; see the tags in the table.',
          },
        };
      default:
        return each;
    }
  });
}

/** Two jobs failed, one is missing, and checks found something. */
export const BROKEN: ReportPageInput = {
  ...COMPLETE,
  jobs: broken(),
  wheels: wheelsOf(broken()).map((wheel, index): ReportWheel => ({
    ...wheel,
    findings:
      index > 5
        ? []
        : [
            {
              code: 'metadata/no-license',
              severity: 'warning',
              effect: 'advice',
              message: 'The metadata names no licence.',
              hint: 'Set license = "..." in [project].',
            },
            ...(index === 0
              ? [
                  {
                    code: 'audit/executable-stack',
                    severity: 'error',
                    effect: 'users-break',
                    message:
                      'spam/_spam.so asks for an executable stack, which newer systems refuse.',
                    path: 'spam/_spam.so',
                  } as const,
                ]
              : []),
          ],
  })),
  leftOut: [{ python: 'CPython 3.8.20', reason: 'requires-python is >=3.11' }],
  notices: ['of [tool.cibuildwheel], release does not honour dependency-versions'],
};

/** Names from elsewhere that must stay text. */
export const HOSTILE: ReportPageInput = {
  ...COMPLETE,
  title: '<script>alert(1)</script>',
  jobs: [
    {
      id: 'cp312-"><img src=x onerror=alert(1)>',
      package: '<b>bold</b>',
      state: 'failed',
      buildSeconds: 1,
      testSeconds: 0,
      test: 'not-run',
      logs: ['javascript:alert(1)', 'logs/a b#c?.build.log'],
      error: { code: 'build/failed', message: '<svg onload=alert(1)>' },
      notices: ['‮reversed'],
    },
  ],
};
