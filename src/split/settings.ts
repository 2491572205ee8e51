/** `[tool.wheelworks.split]` of pyproject.toml: the options of the command, under their names. */
import { join } from 'node:path';
import * as z from 'zod';
import { readPyproject } from '../project/index.ts';
import { closestName } from '../support/closest-name.ts';
import { parseSize } from '../support/byte-size.ts';
import { WheelworksError } from '../support/errors.ts';
import { DEFAULT_MAX_SIZE, type SplitChoices } from './options.ts';

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const size = z.union([z.string(), z.int().positive()]).transform((value, context) => {
  const bytes = typeof value === 'number' ? value : parseSize(value);
  if (bytes === undefined)
    context.addIssue({ code: 'custom', message: 'must be a size such as 100MB or 64MiB' });
  return bytes ?? 0;
});

/** What must be true of the setting, for an error. */
export const CACHE_VARIABLE =
  'must be the name of an environment variable of its own, such as PKG_CACHE';
/** What must be true of the setting, for an error. */
export const CACHE_DIRECTORY = 'must be an absolute folder or one below ~/, such as ~/.pkg/cache';
const TAKEN =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|TMPDIR|TE?MP|LANG|LC_.*|PYTHON.*|LD_.*|DYLD_.*|XDG_.*|APPDATA|LOCALAPPDATA|USERPROFILE|WHEELWORKS_.*)$/i;

const table = z.strictObject({
  'max-size': size.default(DEFAULT_MAX_SIZE),
  'by-path': texts.default([]),
  'in-place': texts.optional(),
  exclude: texts.optional(),
  'cache-variable': z.string().refine(isCacheVariable, CACHE_VARIABLE).optional(),
  'cache-directory': z.string().refine(isCacheDirectory, CACHE_DIRECTORY).optional(),
});

/**
 * Whether a text can be the name of an environment variable in every shell, and one of the project's own: nobody means
 * the first folder of PATH, or the home directory itself.
 */
export function isCacheVariable(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/i.test(text) && !TAKEN.test(text);
}

/** Whether a text names one folder on every user's machine, wherever a program is started. */
export function isCacheDirectory(text: string): boolean {
  return /^(?:~[/\\]|\/|[A-Za-z]:[/\\]).*[^/\\]/.test(text) && !text.split(/[/\\]/).includes('..');
}

/**
 * The table of a project's folder; undefined without one.
 * @throws WheelworksError as {@link splitSettingsOf}, `file/*`.
 */
export async function readSplitSettings(directory: string): Promise<SplitChoices | undefined> {
  const path = join(directory, 'pyproject.toml');
  const own: unknown = (await readPyproject(path))?.tool?.wheelworks;
  return splitSettingsOf(isTable(own) ? own['split'] : undefined, path);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Reads the table; undefined without one: a project that has none does not split.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`.
 */
export function splitSettingsOf(value: unknown, path: string): SplitChoices | undefined {
  if (value === undefined) return undefined;
  refuseUnknown(value, path);
  const parsed = table.safeParse(value);
  if (!parsed.success) throw badValue(parsed.error, path);
  const { data } = parsed;
  return {
    maxSize: data['max-size'],
    byPath: data['by-path'],
    ...(data['in-place'] === undefined ? {} : { inPlace: data['in-place'] }),
    ...(data.exclude === undefined ? {} : { exclude: data.exclude }),
    ...(data['cache-variable'] === undefined ? {} : { cacheVariable: data['cache-variable'] }),
    ...(data['cache-directory'] === undefined ? {} : { cacheDirectory: data['cache-directory'] }),
  };
}

function refuseUnknown(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  const known = Object.keys(table.shape);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const suggestion = closestName(unknown, known);
  throw new WheelworksError(
    'config/unknown-setting',
    `[tool.wheelworks.split] has no setting ${unknown}.`,
    {
      path,
      hint:
        suggestion === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
    },
  );
}

function badValue(error: z.ZodError, path: string): WheelworksError {
  const [issue] = error.issues;
  const key = ['tool.wheelworks.split', ...(issue?.path ?? [])].join('.');
  return new WheelworksError('config/bad-pyproject', `${key} is wrong: ${issue?.message ?? ''}.`, {
    path,
    hint: 'docs/split.md lists the settings.',
  });
}
