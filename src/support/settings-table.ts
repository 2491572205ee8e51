/** Reading one command's table of `[tool.wheelworks]`. */
import type * as z from 'zod';
import { closestName } from './closest-name.ts';
import { WheelworksError } from './errors.ts';

/** Which table it is, for errors. */
export interface SettingsTable {
  /** `tool.wheelworks.check`. */
  readonly table: string;
  /** Of the pyproject.toml. */
  readonly path: string;
  /** The page that lists its settings: `docs/check.md`. */
  readonly guide: string;
}

/**
 * Holds a table to its schema; a key that it does not have is named with the nearest one that it has.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`.
 */
export function readSettingsTable<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  { table, path, guide }: SettingsTable,
): z.output<Schema> {
  refuseUnknown(Object.keys(schema.shape), value, { table, path });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = [table, ...(issue?.path ?? [])].join('.');
  throw new WheelworksError('config/bad-pyproject', `${key} is wrong: ${issue?.message ?? ''}.`, {
    path,
    hint: `${guide} lists the settings.`,
  });
}

function refuseUnknown(
  known: readonly string[],
  value: unknown,
  { table, path }: { readonly table: string; readonly path: string },
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const suggestion = closestName(unknown, known);
  throw new WheelworksError('config/unknown-setting', `[${table}] has no setting ${unknown}.`, {
    path,
    hint: suggestion === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
  });
}
