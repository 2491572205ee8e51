/** `[tool.wheelworks.promote]` of pyproject.toml. */
import * as z from 'zod';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';

/** What a project has settled for every promotion. */
export interface PromoteSettings {
  /** Patterns of text files in which the version is replaced. */
  readonly rewrite: readonly string[];
  /** Patterns of files that may go on holding the candidate's version. */
  readonly allow: readonly string[];
  /** What runs after the installation, in place of importing the modules. */
  readonly testCommand?: string;
}

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const table = z.strictObject({
  rewrite: texts.default([]),
  allow: texts.default([]),
  'test-command': z.string().optional(),
});

/**
 * Reads the table; without one everything is as by default.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`.
 */
export function promoteSettingsOf(value: unknown, path: string): PromoteSettings {
  const parsed = table.safeParse(value ?? {});
  if (parsed.success) {
    const { rewrite, allow } = parsed.data;
    const testCommand = parsed.data['test-command'];
    return { rewrite, allow, ...(testCommand === undefined ? {} : { testCommand }) };
  }
  const known = Object.keys(table.shape);
  const unknown = Object.keys(typeof value === 'object' && value !== null ? value : {}).find(
    (key) => !known.includes(key),
  );
  if (unknown !== undefined) {
    const suggestion = closestName(unknown, known);
    throw new WheelworksError(
      'config/unknown-setting',
      `[tool.wheelworks.promote] has no setting ${unknown}.`,
      {
        path,
        hint:
          suggestion === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
      },
    );
  }
  const [issue] = parsed.error.issues;
  throw new WheelworksError(
    'config/bad-pyproject',
    `[tool.wheelworks.promote] of ${path} is not right.`,
    {
      path,
      evidence: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      hint: 'docs/promote.md lists its settings.',
    },
  );
}
