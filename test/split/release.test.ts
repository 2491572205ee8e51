import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { splitSettingsOf, splitWheels, type SplitOptions } from '../../src/split/index.ts';
import { verifySplitSet, withSplitSet } from '../../src/wheel/split/index.ts';
import { settingsOf } from '../../src/project/settings.ts';
import type { ProgressEvent } from '../../src/support/progress/events.ts';
import { scratch } from '../support/scratch.ts';
import { plansOf, setOf } from '../support/split-plans.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const options: SplitOptions = {
  maxSize: 200_000,
  byPath: ['pkg/big.bin'],
  inPlace: ['pkg/a.bin', 'pkg/own.bin'],
  generator: 'wheelworks test',
  jobs: 2,
};

describe('wheels of one release', () => {
  it('share what is the same in all of them, moved or cut, and each joins to its original', async () => {
    const folder = await scratch();
    const shared = { 'pkg/a.bin': randomBytes(150_000), 'pkg/big.bin': randomBytes(400_000) };
    const wheels = await Promise.all(
      ['cp311', 'cp312'].map((tag) =>
        writeWheelFile(folder, {
          tags: `${tag}-${tag}-linux_x86_64`,
          files: {
            'pkg/__init__.py': `x = "${tag}"\n`,
            'pkg/own.bin': randomBytes(90_000),
            ...shared,
          },
        }),
      ),
    );
    const directory = join(folder, 'out');
    const [result] = await splitWheels(wheels, { ...options, directory });
    if (result?.plan === undefined) throw new Error('nothing was split');
    const common = result.plan.parts.filter(({ scope }) => scope === 'platform');
    expect(common.length).toBeGreaterThanOrEqual(3);
    expect(common.every(({ serves }) => serves.length === 2)).toBe(true);
    expect(new Set(common.map(({ tag }) => tag))).toEqual(new Set(['py3-none-linux_x86_64']));
    const different = result.plan.findings.find(({ code }) => code === 'split/not-shared');
    expect(different?.evidence).toBe(
      `pkg/own.bin: other content in ${wheels.map((path) => basename(path)).join(' and ')}`,
    );
    const paths = result.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(result.plan.parts.length + 2);
    for (const main of paths.slice(-2))
      await withSplitSet(main, paths, async (set) => verifySplitSet(set));
  });

  it('that need different parts are told of, for installers that lock', async () => {
    const folder = await scratch();
    const sizes = { cp311: 300_000, cp312: 150_000, cp313: 50_000 };
    const wheels = await Promise.all(
      Object.entries(sizes).map(([tag, size]) =>
        writeWheelFile(folder, {
          tags: `${tag}-${tag}-linux_x86_64`,
          files: { 'pkg/a.bin': randomBytes(100_000), 'pkg/big.bin': randomBytes(size) },
        }),
      ),
    );
    const [plan] = await plansOf(wheels, { ...options, inPlace: ['pkg/a.bin'] });
    const differ = plan?.findings.find(({ code }) => code === 'split/needs-differ');
    expect(differ?.evidence).toMatch(/cp311.*: part 1(?:, 2)?\n.*cp312.*\n.*cp313.*: none$/s);
  });

  it('are written with bytes counted, up to the whole', async () => {
    const folder = await scratch();
    const wheel = await writeWheelFile(folder, { files: { 'pkg/big.bin': randomBytes(600_000) } });
    const events: ProgressEvent[] = [];
    await setOf([wheel], {
      ...options,
      inPlace: [],
      directory: join(folder, 'out'),
      events: (event) => events.push(event),
    });
    const start = events.find((event) => event.type === 'task-started' && event.unit === 'bytes');
    const total = start?.type === 'task-started' ? (start.total ?? 0) : 0;
    const counts = events.flatMap((event) => (event.type === 'task-progress' ? [event.done] : []));
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    expect(counts.at(-1)).toBeLessThanOrEqual(total);
    expect(counts.at(-1)).toBeGreaterThan(total * 0.9);
  });

  it('share no file that is compressed to other bytes, as many as they are', async () => {
    const folder = await scratch();
    const content = randomBytes(150_000);
    const stored = deflateRawSync(content, { level: 0 });
    const wheels = await Promise.all(
      ['cp311', 'cp312'].map(async (tag, index) => {
        // The bits between the head of a stored block and the next byte mean nothing (RFC 1951, 3.2.4).
        const data = Buffer.from(stored);
        data[0] = (data[0] ?? 0) | (index << 7);
        return writeWheelFile(folder, {
          tags: `${tag}-${tag}-linux_x86_64`,
          files: { 'pkg/a.bin': content, 'pkg/b.bin': randomBytes(100_000) },
          members: (members) =>
            members.map((member) => (member.name === 'pkg/a.bin' ? { ...member, data } : member)),
        });
      }),
    );
    const directory = join(folder, 'out');
    const { plan, files } = await setOf(wheels, {
      ...options,
      byPath: [],
      inPlace: ['pkg/a.bin'],
      directory,
    });
    expect(plan.parts.map(({ scope }) => scope)).toEqual(['wheel', 'wheel']);
    expect(plan.findings.find(({ code }) => code === 'split/not-shared')?.evidence).toContain(
      'pkg/a.bin: compressed otherwise in',
    );
    const paths = files.map(({ path }) => path);
    for (const main of paths.slice(-2))
      await withSplitSet(main, paths, async (set) => verifySplitSet(set));
  });
});

describe('[tool.wheelworks.split]', () => {
  it('is a table that builds know of', () => {
    const table = { 'max-size': '90MB', 'by-path': 'pkg/big.bin', 'in-place': ['pkg/a.bin'] };
    expect(() => settingsOf({ wheelworks: { split: table } }, 'linux', 'p')).not.toThrow();
    expect(splitSettingsOf(table, 'p')).toEqual({
      maxSize: 90e6,
      byPath: ['pkg/big.bin'],
      inPlace: ['pkg/a.bin'],
    });
    expect(() => splitSettingsOf({ 'max-sise': 1 }, 'p')).toThrow('max-sise');
  });
});
