/** `[tool.wheelworks.check]` of pyproject.toml: the options of the command, under their names. */
import { z } from 'zod';
import { closestName } from '../support/closest-name.ts';
import { parseSize } from '../support/byte-size.ts';
import { WheelworksError } from '../support/errors.ts';

/** What a project has settled for every check. */
export interface CheckSettings {
  readonly ignore: readonly string[];
  readonly strict: boolean;
  /** Patterns of paths that must, and that must not, be in every distribution. */
  readonly expect: readonly string[];
  readonly forbid: readonly string[];
  readonly topLevel: readonly string[];
  /** Bytes. */
  readonly maxSize?: number;
  readonly maxUnpackedSize?: number;
  readonly maxFiles?: number;
  readonly maxPathLength?: number;
}

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const count = z.int().positive();
const size = z.union([z.string(), count]).transform((value, context) => {
  const bytes = typeof value === 'number' ? value : parseSize(value);
  if (bytes === undefined)
    context.addIssue({ code: 'custom', message: 'must be a size such as 100MB or 64MiB' });
  return bytes ?? 0;
});

const table = z.strictObject({
  ignore: texts.default([]),
  strict: z.boolean().default(false),
  expect: texts.default([]),
  forbid: texts.default([]),
  'top-level': texts.default([]),
  'max-size': size.optional(),
  'max-unpacked-size': size.optional(),
  'max-files': count.optional(),
  'max-path-length': count.optional(),
});

/**
 * Reads the table; without one everything is as by default.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`.
 */
export function checkSettingsOf(value: unknown, path: string): CheckSettings {
  refuseUnknown(value, path);
  const parsed = table.safeParse(value ?? {});
  if (!parsed.success) throw badValue(parsed.error, path);
  const { data } = parsed;
  const sizes = {
    maxSize: data['max-size'],
    maxUnpackedSize: data['max-unpacked-size'],
    maxFiles: data['max-files'],
    maxPathLength: data['max-path-length'],
  };
  const { ignore, strict, expect, forbid } = data;
  return {
    ignore,
    strict,
    expect,
    forbid,
    topLevel: data['top-level'],
    ...Object.fromEntries(Object.entries(sizes).filter(([, each]) => each !== undefined)),
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
    `[tool.wheelworks.check] has no setting ${unknown}.`,
    {
      path,
      hint:
        suggestion === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
    },
  );
}

function badValue(error: z.ZodError, path: string): WheelworksError {
  const [issue] = error.issues;
  const key = ['tool.wheelworks.check', ...(issue?.path ?? [])].join('.');
  return new WheelworksError('config/bad-pyproject', `${key} is wrong: ${issue?.message ?? ''}.`, {
    path,
    hint: 'docs/check.md lists the settings.',
  });
}
