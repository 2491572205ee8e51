/**
 * `split-original.bin`, the rebuild data as a file.
 *
 * | bytes | what                                                                        |
 * | ----- | --------------------------------------------------------------------------- |
 * | 16    | `wheelworks join\n`                                                         |
 * | 4     | format, 1                                                                   |
 * | 4     | N, bytes of the JSON document                                               |
 * | N     | `{"size": bytes of the original, "steps": [...]}`, UTF-8                    |
 * | rest  | the inline bytes, one step after the other                                  |
 *
 * Numbers are little-endian. A step is `["inline", length]`, `["member", carrier, path, length]` or
 * `["chunks", path, length]`; the carrier is the distribution name of a part, or null for the main wheel. A member step may
 * end with an offset into the compressed bytes of the member; without one it is all of them.
 */
import * as z from 'zod';
import { unsafeNameReason } from '../../archive/zip/index.ts';
import { ByteReader } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Rebuild, RebuildStep } from './rebuild.ts';

const MAGIC = 'wheelworks join\n';
const FORMAT = 1;

/** The most bytes that are read of it: what is kept inline at most, and steps for half a million members. */
export const LARGEST_REBUILD = 192 << 20;

const length = z.int().positive();
const memberPath = z.string().refine((path) => unsafeNameReason(path) === undefined);

const carrier = z.string().min(1).nullable();

const document = z.object({
  size: length,
  steps: z.array(
    z.union([
      z.tuple([z.literal('inline'), length]),
      z.tuple([z.literal('member'), carrier, memberPath, length]),
      z.tuple([z.literal('member'), carrier, memberPath, length, z.int().nonnegative()]),
      z.tuple([z.literal('chunks'), memberPath, length]),
    ]),
  ),
});

type EncodedStep = z.output<typeof document>['steps'][number];

/** The bytes of the file. */
export function encodeRebuild({ size, steps, inline }: Rebuild): Uint8Array {
  const json = Buffer.from(JSON.stringify({ size, steps: steps.map(encodeStep) }));
  const head = Buffer.alloc(24);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(FORMAT, 16);
  head.writeUInt32LE(json.length, 20);
  return Buffer.concat([head, json, inline]);
}

/**
 * Reads the file. The steps fill the original's size exactly, and the inline ones use up the inline bytes.
 * @param path names it in errors
 * @throws WheelworksError `split/bad-rebuild-data`.
 */
export function parseRebuild(bytes: Uint8Array, path: string): Rebuild {
  const reader = new ByteReader(bytes, { code: 'split/bad-rebuild-data', path });
  const magic = Buffer.from(reader.bytes(MAGIC.length, 'magic')).toString('latin1');
  const format = reader.u32('format');
  if (magic !== MAGIC || format !== FORMAT) throw bad(path, 'it starts otherwise');
  const parsed = document.safeParse(asJson(reader.bytes(reader.u32('JSON length'), 'JSON')));
  if (!parsed.success) throw bad(path, parsed.error.issues[0]?.message ?? 'no such document');
  const { size } = parsed.data;
  const steps = parsed.data.steps.map(decodeStep);
  const sum = (some: readonly RebuildStep[]): number =>
    some.reduce((total, step) => total + step.length, 0);
  if (sum(steps) !== size) throw bad(path, `its steps give ${sum(steps)} bytes of ${size}`);
  const kept = sum(steps.filter(({ kind }) => kind === 'inline'));
  if (kept !== reader.remaining)
    throw bad(path, `${reader.remaining} inline bytes where ${kept} are wanted`);
  return { size, steps, inline: reader.bytes(kept, 'inline bytes') };
}

function encodeStep(step: RebuildStep): EncodedStep {
  if (step.kind === 'inline') return ['inline', step.length];
  if (step.kind === 'chunks') return ['chunks', step.path, step.length];
  const { carrier: wheel, path, length: bytes, offset } = step;
  return offset === undefined
    ? ['member', wheel, path, bytes]
    : ['member', wheel, path, bytes, offset];
}

function decodeStep(step: EncodedStep): RebuildStep {
  if (step[0] === 'inline') return { kind: 'inline', length: step[1] };
  if (step[0] === 'chunks') return { kind: 'chunks', path: step[1], length: step[2] };
  const [kind, wheel, path, bytes, offset] = step;
  return { kind, carrier: wheel, path, length: bytes, ...(offset === undefined ? {} : { offset }) };
}

function asJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function bad(path: string, evidence: string): WheelworksError {
  return new WheelworksError(
    'split/bad-rebuild-data',
    'What the original wheel is made from again is damaged.',
    { path, evidence, hint: 'Fetch the main wheel again and compare its SHA-256.' },
  );
}
