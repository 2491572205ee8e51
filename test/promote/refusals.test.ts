/** What is no set that can be promoted: each refusal by its code, with the evidence that names the file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseTarget, type PromotionPlan, type PromotionRequest } from '../../src/promote/index.ts';
import { scratch } from '../support/scratch.ts';
import { buildWheel, writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';
import { COMMIT, PACKAGES, RC, TAGS, wheelOf, writeIreeSet, writeSdist } from './iree-set.ts';
import { plan } from './support.ts';

async function planOf(
  specs: readonly WheelSpec[],
  request: Partial<PromotionRequest> = {},
): Promise<PromotionPlan> {
  const folder = await scratch();
  for (const spec of specs) await writeWheelFile(folder, spec);
  return plan(folder, request);
}

const codes = ({ problems }: PromotionPlan): readonly string[] => problems.map(({ code }) => code);
const target = (text: string): Pick<PromotionRequest, 'target'> => ({ target: parseTarget(text) });

describe('versions', () => {
  it.each([
    ['3.12.0.dev0', 'promote/not-a-candidate'],
    ['3.12.0a1', 'promote/not-a-candidate'],
    ['3.12.0b2', 'promote/not-a-candidate'],
    ['3.12.0.post1', 'promote/not-a-candidate'],
    ['3.12.0rc1.dev3', 'promote/not-a-candidate'],
    ['3.12.0rc1.post1', 'promote/not-a-candidate'],
    ['3.12.0rc1+local', 'promote/not-a-candidate'],
    ['20261119.123', 'promote/already-final'],
  ])('%s is refused: %s', async (version, code) => {
    const promotion = await planOf([{ version }]);
    expect(codes(promotion)).toEqual([code]);
    expect(promotion.problems[0]?.path).toMatch(/pkg-.*\.whl$/);
  });

  it('that are final go along untouched when asked for', async () => {
    const promotion = await planOf(
      [{ name: 'tf', version: '20261119.123' }, { version: '1.0rc1' }],
      {
        alreadyFinal: true,
      },
    );
    expect(promotion.problems).toEqual([]);
    expect(promotion.files.map(({ output }) => output)).toEqual([
      'pkg-1.0-py3-none-any.whl',
      'tf-20261119.123-py3-none-any.whl',
    ]);
  });

  it('must be candidates of the release that --to names', async () => {
    expect(codes(await planOf([{ version: '3.12.0rc1' }], target('3.12.1')))).toEqual([
      'promote/other-release',
    ]);
    expect(codes(await planOf([{ version: '3.12.0rc1' }], target('3.12')))).toEqual([]);
    expect(codes(await planOf([{ version: '1!3.12.0rc1' }], target('3.12.0')))).toEqual([
      'promote/other-release',
    ]);
  });

  it('become post-releases and other candidates', async () => {
    const to = async (version: string, text: string): Promise<string | undefined> => {
      const promotion = await planOf([{ version }], target(text));
      expect(promotion.problems).toEqual([]);
      return promotion.files[0]?.output.split('-')[1];
    };
    expect(await to('1.0rc1', 'post')).toBe('1.0.post1');
    expect(await to('1.0', 'post3')).toBe('1.0.post3');
    expect(await to('1.0.post1', '1.0.post2')).toBe('1.0.post2');
    expect(await to('1.0rc1', '1.0rc7')).toBe('1.0rc7');
    expect(await to('1!1.0rc1', 'final')).toBe('1!1.0');
  });

  it.each(['garbage', '1.0+local', '1.0.dev1', 'posted'])('--to %s is refused', (text) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({ code: 'promote/bad-target' }),
    );
  });
});

describe('files that do not belong together', () => {
  it('of one package', async () => {
    const promotion = await planOf([
      { version: '1.0rc1' },
      { version: '1.0rc2', tags: 'cp312-abi3-win_amd64' },
    ]);
    expect(codes(promotion)).toEqual(['promote/mixed-candidates']);
    expect(promotion.problems[0]?.evidence).toContain('1.0rc2: pkg-1.0rc2-cp312');
  });

  it('of several packages, unless they differ on purpose', async () => {
    for (const version of ['2.0rc1', '1.0rc2']) {
      const specs = [{ version: '1.0rc1' }, { name: 'other', version }];
      expect(codes(await planOf(specs))).toEqual(['promote/different-versions']);
      expect(codes(await planOf(specs, { versionsMayDiffer: true }))).toEqual([]);
    }
  });

  it('from different commits', async () => {
    const versioned = (name: string, text: string): WheelSpec => ({
      name,
      version: '1.0rc1',
      files: { [`${name}/version.py`]: text },
    });
    const specs = [
      versioned('one', `revision = "${COMMIT}"\n`),
      versioned('two', "__commit_id__ = commit_id = 'gfedcba9'\n"),
    ];
    const promotion = await planOf(specs);
    expect(codes(promotion)).toEqual(['promote/different-commits']);
    expect(promotion.problems[0]?.evidence).toContain('fedcba9 in two/version.py');
    const same = [specs[0] ?? {}, versioned('two', `GIT_SHA = '${COMMIT.slice(0, 9)}'\n`)];
    expect(codes(await planOf(same))).toEqual([]);
    expect(codes(await planOf(same, { commit: COMMIT.toUpperCase() }))).toEqual([]);
    expect(codes(await planOf(same, { commit: 'feed123' }))).toEqual(['promote/different-commits']);
    const unknown = await planOf([...same, { name: 'mute', version: '1.0rc1' }]);
    expect(unknown.notes).toEqual([
      expect.stringMatching(/^1 of 3 wheels record no commit.*\(mute-1\.0rc1-py3-none-any\.whl\)$/),
    ]);
    const silent = await planOf([{ name: 'one', version: '1.0rc1' }], { commit: 'feed123' });
    expect(silent.problems[0]?.message).toMatch(/^No file of the set records its commit/);
  });

  it('of which the plan asks for more', async () => {
    const expected = ['pkg-*-cp312-*.whl', 'pkg-1.0-cp313-*.whl', 'pkg-*-cp314-*.whl'].map(
      (pattern) => ({
        job: pattern.slice(-11, -6),
        pattern,
        matches: (name: string) =>
          new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`).test(
            name,
          ),
      }),
    );
    const specs = ['cp312', 'cp313', 'cp311'].map((tag) => ({
      version: '1.0rc1',
      tags: `${tag}-${tag}-win_amd64`,
    }));
    const promotion = await planOf(specs, { expected });
    expect(codes(promotion)).toEqual(['promote/incomplete-set']);
    expect(promotion.problems[0]?.evidence).toMatch(/^\S+: pkg-\*-cp314-\*\.whl$/);
    expect(promotion.notes).toContain(
      'no job of the plan makes pkg-1.0rc1-cp311-cp311-win_amd64.whl',
    );
  });

  it('that are one wheel twice, or two sdists', async () => {
    const folder = await scratch();
    const other = await scratch();
    const wheel = await writeWheelFile(folder, { version: '1.0rc1' });
    const copy = await writeWheelFile(other, { version: '1.0rc1' });
    const promotion = await plan(folder, { paths: [wheel, copy] });
    expect(codes(promotion)).toEqual(['promote/duplicate-file']);
    expect(promotion.problems[0]?.evidence).toBe(`${wheel}\n${copy}`);
  });
});

describe('files that are wrong themselves', () => {
  it('spell their version in another way', async () => {
    for (const version of ['1.0RC1', '1.0_rc1', '1.0.rc1'])
      expect(
        codes(
          await planOf([
            { version, metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0rc1\n' },
          ]),
        ),
      ).toEqual(['promote/not-canonical']);
  });

  it('have other metadata than their name', async () => {
    expect(
      codes(
        await planOf([
          { version: '1.0rc1', metadata: 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0rc2\n' },
        ]),
      ),
    ).toEqual(['promote/metadata-disagrees']);
    expect(
      codes(
        await planOf([
          { version: '1.0rc1', metadata: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0rc1\n' },
        ]),
      ),
    ).toContain('promote/metadata-disagrees');
  });

  it('call their version dynamic', async () => {
    const metadata = 'Metadata-Version: 2.2\nName: pkg\nVersion: 1.0rc1\nDynamic: version\n';
    expect(codes(await planOf([{ version: '1.0rc1', metadata }]))).toEqual([
      'promote/dynamic-version',
    ]);
  });

  it('exclude the release of a member', async () => {
    const specs = PACKAGES.slice(0, 2).map((spec) =>
      wheelOf(
        {
          ...spec,
          requires: spec.module === 'iree_compiler' ? ['iree-base-runtime==3.12.0rc1'] : [],
        },
        'py3-none-any',
      ),
    );
    const promotion = await planOf(specs);
    expect(codes(promotion)).toEqual(['promote/pin-excludes']);
    expect(promotion.problems[0]?.evidence).toBe('Requires-Dist: iree-base-runtime==3.12.0rc1');
  });

  it('are zip sdists', async () => {
    const folder = await scratch();
    const { bytes } = buildWheel({
      files: { 'pkg-1.0rc1/PKG-INFO': 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0rc1\n' },
      metadata: null,
      wheel: null,
      record: null,
    });
    const path = join(folder, 'pkg-1.0rc1.zip');
    await writeFile(path, bytes);
    await expect(plan(folder, { paths: [path] })).rejects.toMatchObject({
      code: 'promote/sdist-format',
    });
  });
});

describe('what lies beside the files', () => {
  it('vouches for bytes that are no more', async () => {
    const folder = await scratch();
    const path = await writeWheelFile(folder, { version: '1.0rc1' });
    await writeFile(`${path}.publish.attestation`, '{}');
    await writeFile(`${path}.asc`, '');
    const { problems, notes } = await plan(folder);
    expect(problems).toEqual([]);
    expect(notes[0]).toMatch(/^2 signatures or attestations .* do not apply any more/);
  });

  it('signed RECORD and is left out', async () => {
    const promotion = await planOf([
      { version: '1.0rc1', extra: [{ name: 'pkg-1.0rc1.dist-info/RECORD.jws', content: '{}' }] },
    ]);
    expect(promotion.files[0]?.dropped).toEqual(['pkg-1.0rc1.dist-info/RECORD.jws']);
    expect(promotion.notes.join('\n')).toContain('signed the old RECORD and is left out');
  });
});

describe('all problems at once', () => {
  it('are told', async () => {
    const folder = await writeIreeSet(await scratch(), { tags: TAGS.slice(0, 1) });
    await writeWheelFile(folder, { name: 'tf', version: '20261119.1' });
    await writeSdist(folder, {
      name: 'iree-turbine',
      version: '3.12.0rc2',
      files: { 'PKG-INFO': 'Metadata-Version: 2.1\nName: iree-turbine\nVersion: 3.12.0rc2\n' },
    });
    expect(codes(await plan(folder, { commit: 'abcdef0' }))).toEqual([
      'promote/already-final',
      'promote/mixed-candidates',
      'promote/different-commits',
    ]);
    expect(RC).toContain('rc');
  });
});

describe('compressed contents', () => {
  const spec = (path: string, content: Uint8Array): WheelSpec => ({
    version: '1.0rc1',
    files: { [path]: content },
  });

  it('of gzip are searched, whatever is in them', async () => {
    const elf = Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(99), Buffer.from('v1.0rc1\0')]);
    const found = await planOf([spec('pkg/lib.so.gz', gzipSync(elf))]);
    expect(codes(found)).toEqual(['promote/version-remains']);
    expect(found.problems[0]?.evidence).toContain('pkg/lib.so.gz!lib.so: elf at 0x68');
    expect(codes(await planOf([spec('pkg/lib.so.gz', gzipSync('nothing'))]))).toEqual([]);
  });

  it('of other formats, and damaged ones, are told', async () => {
    const xz = Buffer.from('fd377a585a000004', 'hex');
    const promotion = await planOf([spec('pkg/a.xz', xz)]);
    expect(promotion.files[0]?.unsearched).toEqual([{ path: 'pkg/a.xz', what: 'xz' }]);
    expect(promotion.notes.join()).toContain('not looked into: pkg/a.xz (xz)');
    const damaged = await planOf([spec('pkg/a.gz', gzipSync('text '.repeat(99)).subarray(0, 20))]);
    expect(damaged.files[0]?.unsearched).toEqual([{ path: 'pkg/a.gz', what: 'gzip, damaged' }]);
    const bomb = await planOf([spec('pkg/b.gz', gzipSync(Buffer.alloc(65 << 20)))]);
    expect(bomb.files[0]?.unsearched).toEqual([
      { path: 'pkg/b.gz', what: 'gzip, unpacks to too much' },
    ]);
  });

  it('and UTF-16 texts are searched', async () => {
    const text = Buffer.from('version 1.0rc1', 'utf16le');
    expect(codes(await planOf([spec('pkg/a.txt', text)]))).toEqual(['promote/version-remains']);
  });
});
