/** Hostile distributions: a check always ends with a verdict, in bounded time and memory, and never throws anything else. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFile, checkFiles, type CheckedFile } from '../../src/check/index.ts';
import { member } from '../archive/tar/tar-bytes.ts';
import { metadata, sdist, wheel, wheelWith } from '../check/distributions.ts';
import { scratch } from '../support/scratch.ts';

async function check(filename: string, bytes: Uint8Array): Promise<CheckedFile> {
  const path = join(await scratch(), filename);
  await writeFile(path, bytes);
  return checkFile(path, { jobs: 1 });
}

const WHEEL = 'pkg-1.0-py3-none-any.whl';
const SDIST = 'pkg-1.0.tar.gz';

describe('a wheel', () => {
  it('cut off anywhere is rejected', async () => {
    const { bytes } = wheel();
    const folder = await scratch();
    for (let length = 0; length < bytes.length; length += 23) {
      const path = join(folder, WHEEL);
      await writeFile(path, bytes.subarray(0, length));
      const { verdict, findings } = await checkFile(path, { jobs: 1 });
      expect([length, verdict]).toEqual([length, 'rejected']);
      expect(findings.some(({ effect }) => effect === 'index-rejects')).toBe(true);
    }
  });

  it('with any byte changed gets a verdict', async () => {
    const { bytes } = wheel();
    const folder = await scratch();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const changed = Uint8Array.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ flip;
          const path = join(folder, WHEEL);
          await writeFile(path, changed);
          expect((await checkFile(path, { jobs: 1 })).path).toBe(path);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of a hundred thousand odd members tells each kind of fault once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`pkg/\u00e9 ${index}.PYC/m.pyc`, '']),
    );
    const { findings } = await check(WHEEL, wheel({ files, record: '' }).bytes);
    const counts = new Map<string, number>();
    for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
    expect(counts.get('contents/bytecode')).toBe(1);
    expect(counts.get('contents/non-ascii-path')).toBe(1);
    expect(counts.get('wheel/record-unlisted')).toBe(1000);
    expect(findings.findLast(({ code }) => code === 'wheel/record-unlisted')?.message).toMatch(
      /The same is true of 990\d\d more\.$/,
    );
  });

  it('that unpacks to far more than it has is refused by its directory', async () => {
    const bomb = wheel({ files: { 'pkg/zero.bin': Buffer.alloc(128 << 20) } });
    const { verdict, findings } = await check(WHEEL, bomb.bytes);
    expect(verdict).toBe('rejected');
    expect(findings.map(({ code }) => code)).toContain('zip/bomb');
  });

  it('whose METADATA is a bomb is judged without it', async () => {
    const { findings } = await check(WHEEL, wheel({ metadata: Buffer.alloc(64 << 20, 'a') }).bytes);
    expect(findings.map(({ code }) => code)).toContain('zip/too-large');
  });

  it('with a long row of wrong fields has all of them told, up to a bound', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `Classifier: Nonsense :: ${index}`);
    const { findings } = await check(WHEEL, wheelWith(lines).bytes);
    const told = findings.filter(({ code }) => code === 'pypi/classifier-unknown');
    expect(told).toHaveLength(1000);
    expect(told.at(-1)?.message).toMatch(/The same is true of 4000 more\.$/);
  });

  it('with names for a terminal keeps them out of messages', async () => {
    const { findings } = await check(
      WHEEL,
      wheel({ members: (members) => [...members, { name: 'pkg/\u001b[31mred.py' }] }).bytes,
    );
    const unsafe = findings.find(({ code }) => code === 'zip/unsafe-path');
    expect(unsafe?.message).not.toContain('\u001b');
    expect(unsafe?.effect).toBe('index-rejects');
  });
});

describe('an sdist', () => {
  it('cut off anywhere is rejected', async () => {
    const { bytes } = sdist();
    const folder = await scratch();
    for (let length = 0; length < bytes.length; length += 17) {
      const path = join(folder, SDIST);
      await writeFile(path, bytes.subarray(0, length));
      expect([length, (await checkFile(path)).verdict]).toEqual([length, 'rejected']);
    }
  });

  it('that unpacks to more than any distribution does is given up, though PyPI takes it', async () => {
    const { verdict, findings } = await check(
      SDIST,
      sdist({ files: { zero: Buffer.alloc(200 << 20) } }).bytes,
    );
    expect(verdict).toBe('rejected');
    expect(findings).toMatchObject([{ code: 'tar/bomb', effect: 'users-break' }]);
  });

  it.each<[string, string, Uint8Array]>([
    [
      'a path that leads out',
      'tar/unsafe-path',
      member({ name: 'pkg-1.0/../../etc/passwd', content: 'x' }),
    ],
    ['a device', 'tar/special-file', member({ name: 'pkg-1.0/null', type: '3' })],
    [
      'a link that leads out',
      'tar/unsafe-link',
      member({ name: 'pkg-1.0/link', type: '2', linkName: '/etc/passwd' }),
    ],
  ])('with %s breaks whoever unpacks it', async (_what, code, extra) => {
    const { findings } = await check(SDIST, sdist({ extra: [extra] }).bytes);
    expect(findings).toMatchObject([{ code, effect: 'users-break' }]);
  });

  it('of gzip that holds nothing is rejected', async () => {
    const { verdict } = await check(SDIST, gzipSync(''));
    expect(verdict).toBe('rejected');
  });
});

describe('names', () => {
  it.each([
    '-1.0-py3-none-any.whl',
    'pkg--py3-none-any.whl',
    '.whl',
    'pkg-1.0-py3-none-a b.whl',
    `${'a.'.repeat(100)}-1.0-py3-none-any.whl`,
  ])('%j is refused, with what the file itself says', async (filename) => {
    const { verdict, findings } = await check(filename, wheel().bytes);
    expect(verdict).toBe('rejected');
    expect(findings.map(({ code }) => code)).toContain('packaging/wheel-filename');
  });

  it('platforms are judged even where the archive cannot be read', async () => {
    const { findings } = await check('pkg-1.0-py3-none-linux_x86_64.whl', Buffer.from('no zip'));
    expect(findings.map(({ code }) => code)).toEqual(['zip/not-a-zip', 'pypi/platform-tag']);
  });
});

it('of several files, a damaged one does not keep the others from being judged', async () => {
  const folder = await scratch();
  await writeFile(join(folder, WHEEL), wheel().bytes);
  await writeFile(join(folder, SDIST), 'damaged');
  const results = await checkFiles([join(folder, WHEEL), join(folder, SDIST)]);
  expect(results.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected']);
  expect(metadata()).toContain('Name: pkg');
});
