import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/support/hash.ts';
import { sdist, wheel, wheelWith, writeAll } from '../check/distributions.ts';
import { scratch } from '../support/scratch.ts';
import { requireBuild, wheelworks, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const WHEEL = 'pkg-1.0-py3-none-any.whl';
const SDIST = 'pkg-1.0.tar.gz';

/** No Python: what docutils says is not what is tested here. */
const check = (...args: readonly string[]): Run =>
  wheelworks(['check', ...args], { cwd, env: { PATH: '' } });

interface Document {
  readonly schema: string;
  readonly files: readonly {
    readonly path: string;
    readonly verdict: string;
    readonly findings: readonly Readonly<Record<string, string>>[];
  }[];
}

function json(...args: readonly string[]): Document & { readonly code: number | null } {
  const { code, out } = check('--json', ...args);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asserted field by field below
  return { code, ...(JSON.parse(out) as Document) };
}

function codes(document: Document): string[] {
  return document.files.flatMap(({ findings }) => findings.map(({ code }) => code ?? ''));
}

describe('check', () => {
  it('accepts what is right, and says so first', async () => {
    await writeAll(cwd, [wheel(), sdist()]);
    expect(check(WHEEL, SDIST)).toEqual({
      code: 0,
      out: `${WHEEL}\n  accepted\n\n${SDIST}\n  accepted\n\n2 files: 2 accepted\n`,
      err: '',
    });
  });

  it('tells every fault at once, by who is hurt, with rule and next step', async () => {
    await writeAll(cwd, [
      wheelWith(
        [
          'Classifier: Nonsense',
          `Summary: ${'a'.repeat(600)}`,
          'Requires-Dist: a @ https://a.example/a.whl',
        ],
        {
          version: '2.6',
        },
      ),
    ]);
    const { code, out } = check('--verbose', WHEEL);
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(
        `^${WHEEL}\n  rejected: 4 reasons for the index to refuse it\n  an index refuses it:\n`,
      ),
    );
    for (const part of [
      'pypi/classifier-unknown',
      'metadata/summary-long',
      'metadata/direct-dependency',
      'metadata/metadata-version-too-new',
      'rule: PyPI',
      'next:',
    ])
      expect(out).toContain(part);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(260);
  });

  it('writes the document of docs/json.md', async () => {
    await writeAll(cwd, [wheel({ tags: 'py3-none-linux_x86_64' })]);
    const document = json('pkg-1.0-py3-none-linux_x86_64.whl');
    expect(document).toMatchObject({
      code: 1,
      schema: 'wheelworks.check/1',
      files: [{ path: 'pkg-1.0-py3-none-linux_x86_64.whl', verdict: 'rejected' }],
    });
    expect(document.files[0]?.findings[0]).toMatchObject({
      code: 'pypi/platform-tag',
      severity: 'error',
      effect: 'index-rejects',
      evidence: 'linux_x86_64',
      rule: expect.stringContaining('warehouse'),
    });
  });

  it('judges damaged files, and stops at what is not there', async () => {
    await writeFile(join(cwd, WHEEL), wheel().bytes.subarray(0, 300));
    const { code, out } = check(WHEEL);
    expect(code).toBe(1);
    expect(out).toContain(`${WHEEL}\n  rejected: 1 reason for the index to refuse it\n`);
    expect(out).not.toContain(cwd);
    expect(check('gone.whl')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cli/no-such-input'),
    });
  });

  it('fails for warnings with --strict, and not for what is ignored', async () => {
    await writeAll(cwd, [wheelWith([], { body: '' })]);
    expect(check(WHEEL).code).toBe(0);
    expect(check('--strict', WHEEL).code).toBe(1);
    expect(check('--strict', '--ignore', 'description/missing', WHEEL)).toMatchObject({
      code: 0,
      out: `${WHEEL}\n  accepted\n`,
    });
    expect(check('--strict', '--ignore', 'description/*', WHEEL).code).toBe(0);
  });

  it('accepts a file that only ignored findings reject', async () => {
    await writeAll(cwd, [wheelWith(['Classifier: Private :: Do Not Upload'])]);
    expect(json(WHEEL).files[0]?.verdict).toBe('rejected');
    const { code, files } = json('--ignore', 'pypi/classifier-private', WHEEL);
    expect([code, files[0]?.verdict]).toEqual([0, 'accepted']);
  });

  it('takes settings from pyproject.toml, and options before them', async () => {
    await writeAll(cwd, [wheel({ files: { 'pkg/__init__.py': '', 'pkg/a.ipynb': '{}' } })]);
    await writeFile(
      join(cwd, 'pyproject.toml'),
      '[tool.wheelworks.check]\nstrict = true\nforbid = "*.ipynb"\nexpect = ["*/py.typed"]\ntop-level = ["pkg", "more"]\nmax-size = "100B"\n',
    );
    expect(codes(json(WHEEL)).sort()).toEqual([
      'contents/expected-missing',
      'contents/top-level-missing',
      'contents/unexpected-file',
      'pypi/file-too-large',
    ]);
    expect(codes(json('--max-size', '1 MiB', WHEEL))).not.toContain('pypi/file-too-large');
    await writeFile(join(cwd, 'pyproject.toml'), '[tool.wheelworks.check]\nstrickt = true\n');
    expect(check(WHEEL)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean strict?'),
    });
    await writeFile(join(cwd, 'pyproject.toml'), '[tool.wheelworks.check]\nmax-size = "big"\n');
    expect(check(WHEEL)).toMatchObject({ code: 2, err: expect.stringContaining('max-size') });
  });

  it.each(['12 parsecs', '-1', '', '0'])('--max-size refuses %j', async (size) => {
    await writeAll(cwd, [wheel()]);
    expect(check('--max-size', size, WHEEL)).toMatchObject({
      code: 2,
      err: expect.stringContaining('cli/bad-value'),
    });
  });

  it('finds what a plan has and the folder lacks', async () => {
    await writeAll(cwd, [wheel(), wheel({ tags: 'py2-none-any' })]);
    const plan = {
      schema: 'wheelworks.plan/1',
      jobs: [
        { id: 'pure', expects: 'pkg-*-py3-none-any.whl' },
        { id: 'cp313-win_amd64', expects: 'pkg-*-cp313-*-win_amd64.whl' },
      ],
    };
    await writeFile(join(cwd, 'plan.json'), JSON.stringify(plan));
    const { code, files } = json('--plan', 'plan.json', '.');
    expect(code).toBe(1);
    expect(files.flatMap(({ findings }) => findings)).toMatchObject([
      {
        code: 'release/file-missing',
        evidence: 'pkg-*-cp313-*-win_amd64.whl, of the job cp313-win_amd64',
      },
      { code: 'release/file-unplanned' },
    ]);
    for (const text of ['{', '{"jobs": []}', '{"jobs": [{"id": "a"}]}']) {
      await writeFile(join(cwd, 'plan.json'), text);
      expect(check('--plan', 'plan.json', WHEEL)).toMatchObject({
        code: 2,
        err: expect.stringContaining('config/bad-plan'),
      });
    }
    expect(check('--plan', 'gone.json', WHEEL).err).toContain('file/not-found');
  });

  it('compares with a folder of index pages, at a time that is given', async () => {
    await writeAll(cwd, [wheel(), sdist()]);
    await mkdir(join(cwd, 'simple', 'pkg'), { recursive: true });
    const page = {
      meta: { 'api-version': '1.4' },
      name: 'pkg',
      versions: ['1.0'],
      files: [
        {
          filename: SDIST,
          url: `../../${SDIST}`,
          hashes: { sha256: sha256(sdist().bytes) },
          size: 1,
          'upload-time': '2026-11-01T00:00:00.000000Z',
        },
      ],
    };
    await writeFile(join(cwd, 'simple', 'pkg', 'index.json'), JSON.stringify(page));
    const at = (time: string): readonly string[] =>
      codes(json('--index', 'simple', '--as-of', time, WHEEL, SDIST));
    expect(at('2026-11-15')).toEqual(['pypi/file-there']);
    expect(at('2026-11-15T00:00:01Z')).toEqual(['pypi/release-closed', 'pypi/file-there']);
    expect(check('--index', 'simple', '--as-of', 'soon', WHEEL).code).toBe(2);
    expect(check('--index', 'https://index.invalid/simple/', '--offline', WHEEL)).toMatchObject({
      code: 2,
      err: expect.stringContaining('cli/conflicting-options'),
    });
  });
});
