/** Hostile wheels through everything that reads one: an error with a code or an answer, never a crash or a leftover. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectDistribution } from '../../src/inspect/index.ts';
import { planPack } from '../../src/pack/index.ts';
import { retagWheel } from '../../src/retag/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { unpackDistribution } from '../../src/unpack/index.ts';
import { verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { buildElf } from '../support/elf-builder.ts';
import { LIBRARY } from '../support/elf-samples.ts';
import { scratch } from '../support/scratch.ts';
import { buildWheel, wheelText, writeTree, writeWheelFile } from '../support/wheel-builder.ts';
import type { MemberSpec } from '../support/zip-builder.ts';

const NAME = 'pkg-1.0-py3-none-any.whl';

/** What became of each way to read a wheel: `ok`, or the code of a refusal. Anything else that is thrown is a bug. */
async function outcomes(bytes: Uint8Array): Promise<Record<string, string>> {
  const directory = await scratch();
  const path = join(directory, NAME);
  await writeFile(path, bytes);
  const out = join(directory, 'out');
  await mkdir(out);
  const results = {
    inspect: await outcome(inspectDistribution(path, { verify: true })),
    verify: await outcome(withWheel(path, async (wheel) => verifyWheel(wheel))),
    retag: await outcome(retagWheel(path, { build: '1' }, { directory: out })),
    unpack: await outcome(unpackDistribution(path, { directory: out })),
  };
  const expected = [
    ...(results.unpack === 'ok' ? ['pkg-1.0'] : []),
    ...(results.retag === 'ok' ? ['pkg-1.0-1-py3-none-any.whl'] : []),
  ];
  expect((await readdir(out)).sort()).toEqual(expected);
  return results;
}

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return error.code;
  }
}

/** The same numbers in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('a wheel with damage anywhere', () => {
  const { bytes } = buildWheel({
    files: { 'pkg/__init__.py': 'x = 1\n', 'pkg/native.so': buildElf(LIBRARY).bytes },
  });

  it('is the right one to begin with', async () => {
    expect(await outcomes(bytes)).toEqual({
      inspect: 'ok',
      verify: 'ok',
      retag: 'ok',
      unpack: 'ok',
    });
  });

  it('cut off at any place is refused by all', async () => {
    const codes = new Set<string>();
    for (let length = 0; length < bytes.length; length += 61)
      for (const code of Object.values(await outcomes(bytes.subarray(0, length)))) codes.add(code);
    expect([...codes].sort()).toEqual(['zip/not-a-zip']);
  });

  it.each([1, 2])(
    'with random bytes changed (series %i) ends in an answer or a code',
    async (seed) => {
      const next = numbers(seed);
      const seen = new Set<string>();
      for (let round = 0; round < 60; round += 1) {
        const damaged = Uint8Array.from(bytes);
        for (let change = 0; change <= next(4); change += 1)
          damaged[next(damaged.length)] = next(256);
        for (const code of Object.values(await outcomes(damaged))) seen.add(code);
      }
      // Some of the damage must have been met.
      expect(seen.size).toBeGreaterThan(1);
    },
  );

  it('with other bytes in its directory ends in an answer or a code', async () => {
    const next = numbers(99);
    const start = Buffer.from(bytes).indexOf('PK\x01\x02', 0, 'latin1');
    const seen = new Set<string>();
    for (let round = 0; round < 80; round += 1) {
      const damaged = Uint8Array.from(bytes);
      damaged[start + next(bytes.length - start)] = [0, 1, 0x7f, 0x80, 0xff][next(5)] ?? 0;
      for (const code of Object.values(await outcomes(damaged))) seen.add(code);
    }
    expect(seen.size).toBeGreaterThan(3);
  });
});

describe('a wheel whose text files are hostile', () => {
  const texts: [string, Uint8Array][] = [
    ['nothing', Buffer.alloc(0)],
    ['random bytes', Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256))],
    ['no line end at all', Buffer.alloc(300_000, 'x')],
    ['only line ends', Buffer.alloc(60_000, '\n')],
    ['only quotes', Buffer.alloc(60_000, '"')],
    ['only commas', Buffer.alloc(60_000, ',')],
    ['only colons', Buffer.alloc(60_000, ':')],
    ['NUL bytes', Buffer.alloc(60_000)],
    ['deep folding', Buffer.from(`Name: pkg\n${' \n'.repeat(30_000)}`)],
    [
      'many tags',
      Buffer.from(`${wheelText('py3-none-any')}${'Tag: a.b.c.d-e.f.g.h-i.j.k.l\n'.repeat(2000)}`),
    ],
    [
      'huge compressed tags',
      Buffer.from(
        `${wheelText('py3-none-any')}Tag: ${'a.'.repeat(9000)}a-${'b.'.repeat(9000)}b-c\n`,
      ),
    ],
    ['rows of one path', Buffer.from('pkg/__init__.py,sha256=x,1\n'.repeat(2000))],
    ['rows with huge numbers', Buffer.from(`pkg/__init__.py,sha256=x,${'9'.repeat(50_000)}\n`)],
    [
      'rows that lead everywhere',
      Buffer.from('../../x,,\n/etc/passwd,,\nC:\\x,,\n\\\\host\\x,,\na\0b,,\n'),
    ],
  ];
  it.each(texts)('%s ends in an answer or a code', async (_, text) => {
    for (const file of ['metadata', 'wheel', 'record'] as const) {
      const found = await outcomes(buildWheel({ [file]: text }).bytes);
      expect(found['inspect']).toBe('ok');
      expect(found['verify']).toBe('ok');
    }
  });

  it.each(texts)('%s in an unpacked one ends so too', async (_, text) => {
    for (const file of ['METADATA', 'WHEEL', 'RECORD']) {
      const directory = await scratch();
      await writeTree(directory, {
        'pkg-1.0.dist-info/METADATA': 'Name: pkg\n',
        'pkg-1.0.dist-info/WHEEL': wheelText('py3-none-any'),
        [`pkg-1.0.dist-info/${file}`]: text,
      });
      expect(await outcome(planPack(directory))).toMatch(/^(ok|(wheel|packaging)\/[a-z-]+)$/);
    }
  });
});

describe('a wheel with names made to mislead', () => {
  it.each([
    '../evil.py',
    '/etc/cron.d/evil',
    'pkg/../../evil.py',
    'C:/Windows/evil.dll',
    'pkg\\..\\evil.py',
    '\\\\host\\share\\evil.py',
    'pkg//evil.py',
    'pkg/./evil.py',
    '',
    'pkg/\u0000evil.py',
    'pkg/\u001b[2Jevil.py',
  ])('%j is never written anywhere', async (name) => {
    const found = await outcomes(buildWheel({ extra: [{ name }] }).bytes);
    expect(found).toMatchObject({
      verify: 'zip/unsafe-path',
      retag: 'zip/unsafe-path',
      unpack: 'zip/unsafe-path',
    });
    expect(found['inspect']).toBe('ok');
  });

  it('a .dist-info that is a file is none', async () => {
    const { bytes } = buildWheel({
      metadata: null,
      wheel: null,
      record: null,
      files: { 'pkg-1.0.dist-info': '' },
    });
    expect((await outcomes(bytes))['inspect']).toBe('wheel/no-dist-info');
  });
});

describe('a wheel of 70,000 members', () => {
  it('is listed, verified and retagged', { timeout: 60_000 }, async () => {
    const files = Object.fromEntries(
      Array.from({ length: 70_000 }, (_, index) => [`pkg/d${index % 97}/m${index}.py`, '']),
    );
    const path = await writeWheelFile(await scratch(), {
      files,
      zip: { zip64: {} },
      // Deflating nothing 70,000 times takes longer than all that is tested.
      members: (members: MemberSpec[]) => members.map((each) => ({ ...each, method: 0 })),
    });
    const found = await inspectDistribution(path);
    expect(found.entries).toHaveLength(70_003);
    expect(found.findings).toEqual([]);
    expect(found.natives).toEqual([]);
    const { output } = await retagWheel(path, { build: '1' });
    await withWheel(output, async (wheel) => {
      expect(wheel.archive.entries).toHaveLength(70_003);
      expect(await verifyWheel(wheel, { contents: false })).toEqual([]);
    });
  });
});
