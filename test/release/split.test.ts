/**
 * Wheels over the limit of their project: made into sets, indexed, installed and tested as sets, and made again only when
 * something changed.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import { verifySplitSet, withSplitSet } from '../../src/wheel/split/index.ts';
import { lastLog, outcomes, release } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';
import {
  compilingPythons,
  writeSplitProject,
  type SplitProject,
} from '../support/split-project.ts';

const pythons = await compilingPythons();
const [first, second] = pythons as [Interpreter, Interpreter];

let project: SplitProject;
let directory: string;
let output: string;

beforeEach(async () => {
  directory = join(await scratch(), 'a project');
  output = `${directory}.out`;
  project = await writeSplitProject(directory);
});

const wheels = (): readonly string[] =>
  readdirSync(output)
    .filter((name) => name.endsWith('.whl'))
    .sort();
const mains = (): readonly string[] => wheels().filter((name) => name.startsWith('noise-1.0-'));
const partNames = (): readonly string[] => wheels().filter((name) => name.startsWith('noise_part'));
/** When each wheel was written. */
const times = (): readonly string[] =>
  wheels().map((name) => `${name} ${statSync(join(output, name)).mtimeMs}`);

/** Every main wheel with the parts beside it, byte by byte. */
async function verifySets(): Promise<void> {
  const files = wheels().map((name) => join(output, name));
  for (const name of mains())
    await withSplitSet(join(output, name), files, async (set) => verifySplitSet(set));
}

async function limit(size: string): Promise<void> {
  const path = join(directory, 'pyproject.toml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/max-size = .*/, `max-size = "${size}"`));
}

describe.skipIf(pythons.length < 2)(
  'a release over its limit (skipped without gcc and two Pythons with headers)',
  { timeout: 300_000 },
  () => {
    const both = [first, second];

    it('is sets that share their parts, and a second run writes none of them again', async () => {
      const report = await release(directory, both);
      expect(outcomes(report)).toEqual(['built passed', 'built passed']);
      expect(mains()).toHaveLength(2);
      expect(report.parts.map(({ filename }) => filename).toSorted()).toEqual(partNames());
      expect(report.parts.length).toBeGreaterThan(2);
      for (const { filename, size, requiredBy } of report.parts) {
        expect(filename).toMatch(/^noise_part\d-1\.0-py3-none-/);
        expect(requiredBy.toSorted()).toEqual(mains());
        expect(size).toBe(statSync(join(output, filename)).size);
      }
      for (const name of wheels()) expect(statSync(join(output, name)).size).toBeLessThan(300_000);
      for (const wheel of report.wheels) {
        expect(wheel.original?.size).toBeGreaterThan(900 << 10);
        expect(wheel.parts).toEqual(report.parts.map(({ filename }) => filename));
      }
      await verifySets();
      // Judged, listed and installed as a set.
      expect(report.checks.map(({ filename }) => filename).toSorted()).toEqual(wheels());
      expect(report.checks.every(({ verdict }) => verdict === 'accepted')).toBe(true);
      expect(readdirSync(join(output, 'simple'))).toContain('noise-part1');
      expect(lastLog(report, report.jobs[0])).toMatch(
        /Successfully installed noise-1.0 noise-part1-/,
      );

      const before = times();
      const again = await release(directory, both);
      expect(outcomes(again)).toEqual(['reused reused', 'reused reused']);
      expect(again.parts).toEqual(report.parts);
      expect({ times: times(), removed: again.removed }).toEqual({ times: before, removed: [] });

      const one = await release(directory, [second]);
      expect({ times: times(), removed: one.removed }).toEqual({ times: before, removed: [] });
      expect(one.kept).toEqual(mains().filter((name) => name !== one.wheels[0]?.filename));
      expect(project.builds()).toBe(2);
    });

    it('for one more Python makes all sets anew, so that none has parts of another', async () => {
      await release(directory, [first]);
      const alone = readFileSync(join(output, mains()[0] ?? ''));
      const more = await release(directory, [second]);
      expect(outcomes(more)).toEqual(['built passed']);
      expect(more.kept).toEqual(mains().filter((name) => name !== more.wheels[0]?.filename));
      await verifySets();
      expect(more.notices.join()).toContain(
        `made anew, since their parts are shared: ${more.kept[0]}`,
      );
      expect(project.builds()).toBe(2);
      expect(readFileSync(join(output, more.kept[0] ?? '')).equals(alone)).toBe(false);
    });

    it('follows a changed limit, and loses the parts that nothing needs', async () => {
      const report = await release(directory, [first]);
      const parts = partNames();
      await limit('500kB');
      const larger = await release(directory, [first]);
      // pyproject.toml is a source.
      expect(outcomes(larger)).toEqual(['built passed']);
      expect(partNames().length).toBeLessThan(parts.length);
      expect(larger.removed).toEqual(parts.filter((name) => !partNames().includes(name)));
      await verifySets();

      await project.resize(40);
      const small = await release(directory, [first]);
      expect(outcomes(small)).toEqual(['built passed']);
      expect(small.parts).toEqual([]);
      expect(small.wheels[0]).not.toHaveProperty('original');
      expect(wheels()).toEqual([report.wheels[0]?.filename]);
      expect(small.removed.every((name) => name.startsWith('noise_part'))).toBe(true);
      expect(readdirSync(join(output, 'simple')).filter((name) => name.includes('part'))).toEqual(
        [],
      );
      expect(existsSync(join(output, '.wheelworks', 'built', 'noise'))).toBe(false);
    });

    it('that cannot be cut fails its jobs with the reason, and leaves what was released', async () => {
      await release(directory, [first]);
      const before = wheels();
      await limit('40kB');
      const report = await release(directory, [first]);
      expect(outcomes(report)).toEqual(['built not-run split/limit-too-small']);
      expect(report.jobs[0]?.error?.hint).toContain('--max-size');
      expect(report.ok).toBe(false);
      expect(wheels()).toEqual(before);
      await verifySets();
      expect(outcomes(await release(directory, [first]))).toEqual([
        'reused not-run split/limit-too-small',
      ]);
    });

    it('makes a part anew that somebody took away', async () => {
      await release(directory, [first]);
      await rm(join(output, partNames()[0] ?? ''));
      expect(outcomes(await release(directory, [first]))).toEqual(['reused reused']);
      await verifySets();
    });
  },
);
