import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSink, openZip, writeZip, type ZipMember } from '../../../src/archive/zip/index.ts';
import { compressWhole, compressWholeSync } from '../../../src/archive/zip/deflate.ts';
import { checkMembers } from '../../../src/archive/zip/members.ts';
import { planSteps } from '../../../src/archive/zip/plan.ts';
import { prepareSmallRun } from '../../../src/archive/zip/small-members.ts';
import { openBytes } from '../../../src/support/random-access.ts';
import { scratch } from '../../support/scratch.ts';

/** Text of any length that shrinks, or noise that does not. */
function content(length: number, isNoise: boolean): Buffer {
  const text = Array.from({ length: Math.ceil(length / 43) }, (_, index) =>
    isNoise
      ? createHash('sha256').update(`${index}`).digest()
      : Buffer.from(`line ${index % 17} of a module\n`),
  );
  const bytes = Buffer.concat([...text, Buffer.alloc(length)]);
  return bytes.subarray(0, length);
}

const LENGTHS = [0, 1, 5, 100, 1023, 1024, 1025, 4096, 8191, 8192, 8193, 20_000];

describe('compression on this thread', () => {
  it.each([0, 1, 6, 9])('gives the bytes that the pool gives, at level %d', async (level) => {
    for (const length of LENGTHS) {
      for (const isNoise of [false, true]) {
        const bytes = content(length, isNoise);
        for (const compress of [false, true]) {
          const options = { level, compress };
          expect(compressWholeSync(bytes, options)).toEqual(await compressWhole(bytes, options));
        }
      }
    }
  });
});

describe('members of all sizes', () => {
  it('come out as they went in, in their order, from files and from memory', async () => {
    const folder = await scratch();
    const members: ZipMember[] = [];
    const expected = new Map<string, Buffer>();
    for (let index = 0; index < 300; index += 1) {
      const path = `m${index}`;
      const bytes = content(LENGTHS[index % LENGTHS.length] ?? 0, index % 3 === 0);
      expected.set(path, bytes);
      if (index % 2 === 0) members.push({ path, source: { kind: 'bytes', bytes } });
      else {
        await writeFile(join(folder, path), bytes);
        members.push({ path, source: { kind: 'file', path: join(folder, path) } });
      }
    }
    const sink = bytesSink();
    const { members: written } = await writeZip(sink, members);
    const zip = await openZip(openBytes(sink.bytes()));
    expect(zip.entries.map(({ path }) => path)).toEqual([...expected.keys()]);
    for (const [index, entry] of zip.entries.entries()) {
      const bytes = expected.get(entry.path);
      expect(Buffer.from(await zip.read(entry)).equals(bytes ?? Buffer.alloc(1))).toBe(true);
      expect(written[index]?.sha256).toBe(
        createHash('sha256')
          .update(bytes ?? '')
          .digest('base64url'),
      );
    }
  });

  it('bound what is done in one go', async () => {
    const small: ZipMember[] = Array.from({ length: 5000 }, (_, index) => ({
      path: `m${index}`,
      source: { kind: 'bytes', bytes: Buffer.alloc(index % 2 === 0 ? 8192 : 10) },
    }));
    const steps = planSteps(await checkMembers(small));
    const runs = steps.flatMap((step) => (step.kind === 'small-run' ? [step.run] : []));
    expect(runs).toHaveLength(steps.length);
    expect(runs.flatMap(({ members }) => members.map(({ member }) => member.path))).toEqual(
      small.map(({ path }) => path),
    );
    for (const run of runs) {
      expect(run.members.length).toBeLessThanOrEqual(64);
      expect(run.bytes).toBeLessThanOrEqual(256 << 10);
      expect(run.bytes).toBe(run.members.reduce((sum, { member }) => sum + member.size, 0));
    }
  });
});

describe('a small file that is not what it was when it was checked', () => {
  /** What preparing says when `exchange` happens between the check and the reading. */
  async function exchanged(exchange: (path: string) => Promise<unknown>): Promise<() => unknown> {
    const path = join(await scratch(), 'file');
    await writeFile(path, 'abc');
    const [step] = planSteps(await checkMembers([{ path: 'm', source: { kind: 'file', path } }]));
    await exchange(path);
    if (step?.kind !== 'small-run') throw new Error('it is no small member');
    return () => prepareSmallRun(step.run, 6);
  }

  it.each(['abcd', 'ab', ''])('is refused when it has become %j', async (text) => {
    const prepare = await exchanged((path) => writeFile(path, text));
    expect(prepare).toThrow(expect.objectContaining({ code: 'zip/file-changed' }));
  });

  it('is refused when it is gone', async () => {
    const prepare = await exchanged((path) => rm(path));
    expect(prepare).toThrow(expect.objectContaining({ code: 'file/not-found' }));
  });

  it.skipIf(process.platform === 'win32')('is not waited for when it is a pipe', async () => {
    const prepare = await exchanged(async (path) => {
      await rm(path);
      execFileSync('mkfifo', [path]);
    });
    expect(prepare).toThrow(expect.objectContaining({ code: 'file/not-regular' }));
  });

  it.skipIf(process.platform === 'win32')('is refused when it is one from the start', async () => {
    const path = join(await scratch(), 'pipe');
    execFileSync('mkfifo', [path]);
    const members: ZipMember[] = [{ path: 'm', source: { kind: 'file', path } }];
    await expect(writeZip(bytesSink(), members)).rejects.toMatchObject({
      code: 'file/not-regular',
    });
  });
});
