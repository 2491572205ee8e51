/** Which files a release must have by its plan: the document that `wheelworks plan --json` prints. */
import * as z from 'zod';
import { formatVersion, normalizeName, tryParseVersion } from '../../packaging/index.ts';
import { expandBraces } from '../../support/braces.ts';
import { WheelworksError } from '../../support/errors.ts';
import { matchesPattern } from '../../support/text-pattern.ts';

/** A wheel that some job of the plan makes. */
export interface PlannedFile {
  readonly job: string;
  /** A pattern of file names. */
  readonly pattern: string;
}

const document = z.object({
  jobs: z.array(z.object({ id: z.string(), expects: z.string() })).min(1),
});

/**
 * The files that a plan promises, in its order. What else the document says is passed over.
 * @param path names the file in errors
 * @throws WheelworksError `config/bad-plan`.
 */
export function plannedFiles(text: string, path: string): readonly PlannedFile[] {
  const parsed = document.safeParse(json(text, path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badPlan(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return parsed.data.jobs.map(({ id, expects }) => ({ job: id, pattern: expects }));
}

/**
 * Whether a file name is one that a pattern of a plan means: `*`, `?`, `[...]` and `{a,b}`. A name also matches by the
 * normalised spelling of its project and version, in which plans are written, and without its build number: a build made anew
 * serves as well.
 * @throws WheelworksError `config/pattern-too-large`.
 */
export function matchesPlanned(pattern: string, filename: string): boolean {
  const names = [filename, normalFilename(filename)];
  return expandBraces(pattern).some((each) => names.some((name) => matchesPattern(each, name)));
}

function normalFilename(filename: string): string {
  const [name = '', version = '', ...tags] = filename.split('-');
  if (tags.length !== 3 && tags.length !== 4) return filename;
  const parsed = tryParseVersion(version);
  return [
    normalizeName(name).replaceAll('-', '_'),
    parsed === undefined ? version : formatVersion(parsed),
    ...tags.slice(-3),
  ].join('-');
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badPlan(path, error instanceof Error ? error.message : '');
  }
}

function badPlan(path: string, evidence: string): WheelworksError {
  return new WheelworksError('config/bad-plan', `${path} is not a plan.`, {
    path,
    evidence,
    hint: 'Give the document that wheelworks plan --json prints: {"jobs": [{"id", "expects"}]}.',
  });
}
