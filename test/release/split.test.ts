/** Wheels over the limit of their project: made into sets, indexed, installed and tested as sets, and made again only when something changed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import { outcomes, release } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';
import { compilingPythons, writeSplitProject, type SplitProject } from '../support/split-project.ts';

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

const wheelsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .sort();

/** When each wheel was written. */
const times = (): Readonly<Record<string, number>> =>
  Object.fromEntries(wheelsIn(output).map((name) => [name, statSync(join(output, name)).mtimeMs]));

describe.skipIf(pythons.length < 2)(
  'a release over its limit (skipped without gcc and two Pythons with headers)',
  () => {
    const both = [first, second];

    it('is sets that share their parts, and a second run does nothing', { timeout: 200_000 }, async () => {
      const report = await release(directory, both);
      console.log(JSON.stringify(report, null, 1));
      expect(outcomes(report)).toEqual(['built passed', 'built passed']);
    });
  },
);
