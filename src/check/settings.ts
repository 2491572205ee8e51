/** `[tool.wheelworks.check]` of pyproject.toml: the options of the command, under their names. */
import * as z from 'zod';
import { parseSize } from '../support/byte-size.ts';
import { readSettingsTable } from '../support/settings-table.ts';

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
  const data = readSettingsTable(table, value ?? {}, {
    table: 'tool.wheelworks.check',
    path,
    guide: 'docs/check.md',
  });
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
