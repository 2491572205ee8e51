/**
 * Reads pyproject.toml and holds it to its specification.
 *
 * Specifications: "pyproject.toml" (packaging.python.org; PEP 518, PEP 621), in-tree backends (PEP 517 `backend-path`).
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, normalize, sep } from 'node:path';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { parseRequirement, parseSpecifierSet } from '../packaging/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';

const text = z.string();
const requirement = text.superRefine(acceptedBy(parseRequirement));

/** What `[build-system]`, `[project]` and `[tool]` must look like where a release reads them. */
const pyproject = z.looseObject({
  'build-system': z
    .looseObject({
      requires: z.array(requirement, {
        error: (issue) =>
          issue.input === undefined
            ? 'PEP 518 demands it; write requires = [] when the backend needs nothing'
            : undefined,
      }),
      'build-backend': text
        .regex(/^[\w.]+(?::[\w.]+)?$/, 'must be module or module:object')
        .optional(),
      'backend-path': z
        .array(text.refine(staysInside, 'must be a folder of the project'))
        .optional(),
    })
    .optional(),
  project: z
    .looseObject({
      name: text.optional(),
      version: text.optional(),
      'requires-python': text.superRefine(acceptedBy(parseSpecifierSet)).optional(),
      dependencies: z.array(text).optional(),
      'optional-dependencies': z.record(text, z.unknown()).optional(),
      dynamic: z.array(text).optional(),
    })
    .optional(),
  'dependency-groups': z.record(text, z.unknown()).optional(),
  tool: z.looseObject({ wheelworks: z.unknown(), cibuildwheel: z.unknown() }).partial().optional(),
});

/** The parts of a pyproject.toml that a release reads. */
export type Pyproject = z.output<typeof pyproject>;

/**
 * Reads a pyproject.toml; undefined when there is none.
 * @param mustExist that there is none is an error.
 * @throws WheelworksError `config/bad-pyproject`, `file/*`.
 */
export async function readPyproject(
  path: string,
  mustExist: boolean = false,
): Promise<Pyproject | undefined> {
  const source = await readOptional(path, mustExist);
  return source === undefined ? undefined : checkShape(pyproject, parseToml(source, path), path);
}

async function readOptional(path: string, mustExist: boolean): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && !mustExist) return undefined;
    throw fileError(error, path);
  }
}

function parseToml(source: Uint8Array, path: string): unknown {
  try {
    // TOML 1.0: "A TOML file must be a valid UTF-8 encoded Unicode document."
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
    // 11 and 11.0 are different texts in environment variables.
    return parse(text, { integersAsBigInt: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WheelworksError('config/bad-pyproject', 'pyproject.toml is not valid TOML.', {
      path,
      cause,
      evidence: message.trim(),
    });
  }
}

/** Issues shown at once; the rest are usually their consequence. */
const SHOWN_ISSUES = 5;

/**
 * Holds a table of a pyproject.toml to its schema.
 * @param table its name, for messages; empty for the whole document.
 * @throws WheelworksError `config/bad-pyproject` with every key that is wrong.
 */
export function checkShape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
  table: string = '',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path: keys, message }) => ({
    key: [table, ...keys.map(String)].filter((part) => part !== '').join('.'),
    message,
  }));
  throw new WheelworksError(
    'config/bad-pyproject',
    `pyproject.toml: ${issues
      .map(({ key }) => key)
      .slice(0, SHOWN_ISSUES)
      .join(', ')} is not what it must be.`,
    {
      path,
      evidence: issues
        .slice(0, SHOWN_ISSUES)
        .map(({ key, message }) => `${key}: ${message}`)
        .join('\n'),
    },
  );
}

/** A zod refinement: the text is one that `parseText` takes, and otherwise its message is the issue. */
export function acceptedBy(
  parseText: (value: string) => unknown,
): (value: string, context: z.RefinementCtx) => void {
  return (value, context) => {
    try {
      parseText(value);
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  };
}

/** PEP 517: backend-path entries "MUST refer to directories within the source tree". */
function staysInside(folder: string): boolean {
  const normal = normalize(folder);
  return !isAbsolute(folder) && normal !== '..' && !normal.startsWith(`..${sep}`);
}
