/**
 * The same answers as auditwheel on real wheels.
 *
 * auditwheel says `linux` where a library of the wheel is not found by any search path; we tell such libraries apart.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditWheel } from '../../src/audit/index.ts';
import { withWheel } from '../../src/wheel/index.ts';
import { localWheels } from '../support/local-wheels.ts';

interface Answer {
  readonly file: string;
  readonly size: number;
  readonly overall?: string;
  readonly error?: string;
  readonly arch?: string;
  readonly externalLibraries?: readonly string[];
  readonly versionedSymbols?: Readonly<Record<string, readonly string[]>>;
}

const oracle =
  process.env['WHEELWORKS_ORACLE'] ??
  join(import.meta.dirname, '../../../shared/oracle/auditwheel.json');

/** Megabytes are seconds here; all 187 were compared by hand. */
const LARGEST = 4_000_000;
const SAMPLE = 15;
/** Those in which the two say different things, argued above. */
const SPECIAL = /^(?:triton|cmeel_octomap|mysql_connector)/;

function sample(): readonly (readonly [Answer, string])[] {
  if (!existsSync(oracle)) return [];
  const wheels = new Map(localWheels().map((path) => [basename(path), path]));
  const answers = (JSON.parse(readFileSync(oracle, 'utf8')) as Answer[]).filter(
    ({ file, error, size }) =>
      error === undefined &&
      wheels.has(file) &&
      (size < LARGEST || SPECIAL.test(file)) &&
      size < 40_000_000,
  );
  const special = answers.filter(({ file }) => SPECIAL.test(file));
  const step = Math.max(1, Math.floor(answers.length / SAMPLE));
  const chosen = new Set([...answers.filter((_, index) => index % step === 0), ...special]);
  return [...chosen].map((answer) => [answer, wheels.get(answer.file) ?? ''] as const);
}

const answers = sample();

describe.skipIf(answers.length === 0)(
  'auditwheel (skipped without its recorded answers or the wheels they are about)',
  () => {
    it.each(answers.map(([answer, path]) => [answer.file, answer, path] as const))(
      'agrees on %s',
      async (_file, answer, path) => {
        const audit = await withWheel(path, async (wheel) => auditWheel(wheel));
        expect(audit.overallTag).toBe(answer.overall);
        expect(audit.versionedSymbols).toEqual(answer.versionedSymbols);
        // Theirs are judged by the strictest list, ours are those that no baseline has.
        const names = [...audit.externalLibraries, ...audit.unreachable].map(({ name }) => name);
        expect(answer.externalLibraries).toEqual(expect.arrayContaining(names));
      },
    );
  },
);
