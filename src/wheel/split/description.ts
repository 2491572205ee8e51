/** `split.json` and `split-part.json`: from text to values that can be relied on, and back. */
import type * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import {
  SPLIT_FILE,
  SPLIT_PART_FILE,
  SPLIT_PART_SCHEMA,
  SPLIT_SCHEMA,
  type PartDescription,
  type SplitDescription,
} from './model.ts';
import { readDistInfoFile, type Wheel } from '../wheel.ts';
import { partSchema, splitSchema } from './schema.ts';

/** A hundred thousand files that moved, each with a long path. */
const LARGEST_DESCRIPTION = 32 << 20;

/**
 * What a main wheel says of its set; undefined when the wheel is none.
 * @throws WheelworksError `split/bad-description`, `zip/*`, `file/*`.
 */
export async function readSplit(wheel: Wheel): Promise<SplitDescription | undefined> {
  const bytes = await readDistInfoFile(wheel, SPLIT_FILE, LARGEST_DESCRIPTION);
  return bytes === undefined ? undefined : parseSplit(bytes, wheelMember(wheel, SPLIT_FILE));
}

/**
 * What a part says of itself; undefined when the wheel is none.
 * @throws WheelworksError `split/bad-description`, `zip/*`, `file/*`.
 */
export async function readPart(wheel: Wheel): Promise<PartDescription | undefined> {
  const bytes = await readDistInfoFile(wheel, SPLIT_PART_FILE, LARGEST_DESCRIPTION);
  return bytes === undefined ? undefined : parsePart(bytes, wheelMember(wheel, SPLIT_PART_FILE));
}

/** What a wheel is in a set, by the members it has; undefined when it belongs to none. */
export function splitRole({ archive, distInfo }: Wheel): 'main' | 'part' | undefined {
  if (archive.get(`${distInfo}/${SPLIT_FILE}`) !== undefined) return 'main';
  return archive.get(`${distInfo}/${SPLIT_PART_FILE}`) === undefined ? undefined : 'part';
}

/**
 * Reads `split.json`.
 * @param path names it in errors
 * @throws WheelworksError `split/bad-description`.
 */
export function parseSplit(bytes: Uint8Array, path: string): SplitDescription {
  const { schema: _schema, ...description } = parse(splitSchema, bytes, path);
  return description;
}

/**
 * Reads `split-part.json`.
 * @param path names it in errors
 * @throws WheelworksError `split/bad-description`.
 */
export function parsePart(bytes: Uint8Array, path: string): PartDescription {
  const { schema: _schema, ...description } = parse(partSchema, bytes, path);
  return description;
}

/** The bytes of `split.json`; what no reader would take is a bug of whoever made it. */
export function printSplit(description: SplitDescription): Uint8Array {
  return print(splitSchema, { schema: SPLIT_SCHEMA, ...description });
}

/** The bytes of `split-part.json`. */
export function printPart(description: PartDescription): Uint8Array {
  return print(partSchema, { schema: SPLIT_PART_SCHEMA, ...description });
}

function print(schema: z.ZodType, document: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(schema.parse(document), undefined, 1)}\n`);
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  path: string,
): z.output<Schema> {
  const parsed = schema.safeParse(asJson(bytes));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WheelworksError(
    'split/bad-description',
    'The description of a split wheel is damaged.',
    {
      path,
      evidence: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      hint: 'Fetch the wheel again; if it stays so, it was made by a newer wheelworks, or by none.',
    },
  );
}

function asJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function wheelMember(wheel: Wheel, name: string): string {
  return `${wheel.path}!${wheel.distInfo}/${name}`;
}
