/**
 * Reads baseline files: our own format and auditwheel's policy JSON.
 *
 * A baseline decides whether a wheel is released as portable, so nothing in it is guessed: what is not understood is refused.
 */
import { readFile, stat } from 'node:fs/promises';
import type * as z from 'zod';
import type { Baseline } from '../platform/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { BASELINE_SCHEMA, type BaselineFile, type BaselineVersion } from './model.ts';
import { policyToBaselines } from './policies.ts';
import { baselineDocument, policyDocument, type PolicyRecord } from './schema.ts';
import { toBaseline } from './to-baseline.ts';

/** What a file of baselines was found to be. */
export type BaselineDocument =
  | { readonly kind: 'baseline'; readonly path: string; readonly file: BaselineFile }
  | {
      readonly kind: 'policies';
      readonly path: string;
      readonly records: readonly PolicyRecord[];
    };

/**
 * The baselines of a file in our format (one) or auditwheel's (those of all its policies but `linux`), in the file's order.
 * @throws WheelworksError as {@link readBaselineDocument}, and `baseline/bad-policy` for a policy of neither libc.
 */
export async function loadBaselines(path: string): Promise<readonly Baseline[]> {
  const document = await readBaselineDocument(path);
  return document.kind === 'baseline'
    ? [toBaseline(document.file)]
    : policyToBaselines(document.records, path);
}

/** A hundred times what libstdc++ and libc take together. */
const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * Reads a file of either format.
 * @throws WheelworksError `baseline/too-large`, `baseline/not-json`, `baseline/unknown-format`, `baseline/newer-format`,
 *   `baseline/bad-file`, `baseline/bad-policy`, `file/*`.
 */
export async function readBaselineDocument(path: string): Promise<BaselineDocument> {
  return parseBaselineDocument(await readText(path), path);
}

/** The same for text; `path` names it in errors. @throws WheelworksError as {@link readBaselineDocument}. */
export function parseBaselineDocument(text: string, path: string): BaselineDocument {
  const value = parseJson(text, path);
  if (Array.isArray(value)) {
    const records = checked(policyDocument, value, { code: 'baseline/bad-policy', path });
    return { kind: 'policies', path, records };
  }
  checkFormat(value, path);
  const { schema: _, ...contents } = checked(baselineDocument, value, {
    code: 'baseline/bad-file',
    path,
  });
  const file: BaselineFile = {
    ...contents,
    libraries: toMap(contents.libraries, ({ needed, versions }) => ({
      needed,
      versions: toMap(versions, versionOf),
    })),
    deniedSymbols: toMap(contents.deniedSymbols, (symbols) => symbols),
    provenance: contents.provenance.map((input) => ({
      ...input,
      files: toMap(input.files, (source) => source),
    })),
  };
  return { kind: 'baseline', path, file };
}

/**
 * Reads a file that must be a baseline of ours.
 * @throws WheelworksError as {@link readBaselineDocument}, and `baseline/unknown-format` for a policy file.
 */
export async function readBaselineFile(path: string): Promise<BaselineFile> {
  const document = await readBaselineDocument(path);
  if (document.kind === 'baseline') return document.file;
  throw new WheelworksError(
    'baseline/unknown-format',
    `${path} is a policy file of auditwheel, which names versions but no symbols.`,
    { path, hint: 'Give a file that "wheelworks baseline derive" wrote.' },
  );
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) {
      const message = `${path} has ${size} bytes; no baseline has that many.`;
      throw new WheelworksError('baseline/too-large', message, { path });
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WheelworksError('baseline/not-json', `${path} is not JSON.`, {
      path,
      cause,
      evidence: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

function checkFormat(value: unknown, path: string): void {
  const schema =
    typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema === BASELINE_SCHEMA) return;
  const name = typeof schema === 'string' ? schema : '';
  if (name.startsWith('wheelworks.baseline/'))
    throw new WheelworksError(
      'baseline/newer-format',
      `${path} is a baseline of a format that this wheelworks does not know.`,
      { path, evidence: `schema ${name}`, hint: 'Install a newer wheelworks.' },
    );
  throw new WheelworksError(
    'baseline/unknown-format',
    `${path} is neither a baseline file nor a policy file of auditwheel.`,
    { path, hint: `A baseline file has "schema": "${BASELINE_SCHEMA}"; a policy file is a list.` },
  );
}

const SHOWN_ISSUES = 5;

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  failure: { readonly code: 'baseline/bad-file' | 'baseline/bad-policy'; readonly path: string },
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const shown = result.error.issues.slice(0, SHOWN_ISSUES).map(({ path: keys, message }) => {
    const key = keys.map(String).join('.');
    return key === '' ? message : `${key}: ${message}`;
  });
  throw new WheelworksError(failure.code, `${failure.path} is not what it must be.`, {
    path: failure.path,
    evidence: shown.join('\n'),
  });
}

function versionOf({
  objects,
  threadLocals,
  ...lists
}: z.output<typeof baselineDocument>['libraries'][string]['versions'][string]): BaselineVersion {
  return {
    ...lists,
    objects: new Map(Object.entries(objects)),
    threadLocals: new Map(Object.entries(threadLocals)),
  };
}

function toMap<From, To>(
  record: Readonly<Record<string, From>>,
  convert: (value: From) => To,
): ReadonlyMap<string, To> {
  return new Map(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}
