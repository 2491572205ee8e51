/**
 * The same answers as auditwheel on real wheels: a sample of them, with WHEELWORKS_SLOW=1 all.
 *
 * auditwheel says `linux` where a library of the wheel is not found by any search path; we tell such libraries apart.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditWheel, type Audit } from '../../src/audit/index.ts';
import { withWheel } from '../../src/wheel/index.ts';
import { isSlowWelcome } from '../support/debian-roots.ts';
import { localWheels } from '../support/local-wheels.ts';

interface Answer {
  readonly file: string;
  readonly size: number;
  readonly overall?: string;
  readonly bySymbols?: string;
  readonly error?: string;
  readonly arch?: string;
  readonly libc?: string;
  /** Those that the oldest baseline does not have, whatever later ones have. */
  readonly externalLibraries?: readonly string[];
  readonly versionedSymbols?: Readonly<Record<string, readonly string[]>>;
}

const oracle =
  process.env['WHEELWORKS_ORACLE'] ??
  join(import.meta.dirname, '../../../shared/oracle/auditwheel.json');

/** Bytes of the wheels in the sample, so that it takes seconds. */
const LARGEST = 8_000_000;
const LARGEST_SPECIAL = 40_000_000;
const SAMPLE = 60;
/** Those in which the two say different things, argued above. */
const SPECIAL = /^(?:triton|cmeel_octomap|mysql_connector)/;

function sample(): readonly (readonly [Answer, string])[] {
  if (!existsSync(oracle)) return [];
  const wheels = new Map(localWheels().map((path) => [basename(path), path]));
  const answers = (JSON.parse(readFileSync(oracle, 'utf8')) as Answer[]).filter(
    ({ file, error, size }) =>
      error === undefined &&
      wheels.has(file) &&
      (isSlowWelcome || size < LARGEST || (size < LARGEST_SPECIAL && SPECIAL.test(file))),
  );
  const special = answers.filter(({ file }) => SPECIAL.test(file));
  const step = isSlowWelcome ? 1 : Math.max(1, Math.floor(answers.length / SAMPLE));
  const chosen = new Set([...answers.filter((_, index) => index % step === 0), ...special]);
  return [...chosen].map((answer) => [answer, wheels.get(answer.file) ?? ''] as const);
}

const answers = sample();

describe.skipIf(answers.length === 0)(
  'auditwheel (skipped without its recorded answers or the wheels they are about)',
  () => {
    it.each(answers.map(([answer, path]) => [answer.file, answer, path] as const))(
      'agrees on %s',
      { timeout: 120_000 },
      async (_file, answer, path) => {
        const audit = await withWheel(path, async (wheel) => auditWheel(wheel));
        expect({
          overall: audit.overallTag,
          bySymbols: audit.symbolTag,
          libc: audit.libc,
          arch: audit.architecture,
          versionedSymbols: audit.versionedSymbols,
          externalLibraries: missingFromOldest(audit),
        }).toEqual({
          overall: answer.overall,
          bySymbols: answer.bySymbols,
          libc: answer.libc,
          arch: answer.arch,
          versionedSymbols: answer.versionedSymbols,
          externalLibraries: answer.externalLibraries,
        });
      },
    );
  },
);

/** Sorted names of the libraries that the oldest baseline neither has nor the files find in the wheel. */
function missingFromOldest({ verdicts }: Audit): readonly string[] {
  const libraries = (verdicts[0]?.blockers ?? []).flatMap(({ kind, library }) =>
    kind === 'library' && library !== undefined ? [library] : [],
  );
  return [...new Set(libraries)].sort();
}
