/** A target that is no release of OpenWrt: a snapshot, a fork, a vendor's own; described in a file. */
import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { openWrtRelease, openWrtReleases, type OpenWrtRelease } from './releases.ts';

const Schema = z.strictObject({
  name: z.string().min(1),
  manager: z.enum(['opkg', 'apk']),
  python: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be the whole version: "3.13.9"'),
  magic: z.int().min(1).max(65_535).optional(),
  musl: z.string().regex(/^1\.\d+$/, 'must be the first two numbers: "1.2"'),
});

/**
 * The target that a text names: a release, or a file (with a `/` or ending in `.toml`) that describes one.
 * @throws WheelworksError `openwrt/unknown-release`, `openwrt/bad-target`, `file/*`.
 */
export async function readTarget(text: string): Promise<OpenWrtRelease> {
  if (!text.includes('/') && !text.endsWith('.toml')) return openWrtRelease(text);
  const source = await readFile(text, 'utf8').catch((error: unknown) => {
    throw fileError(error, text);
  });
  return parseTarget(source, text);
}

/**
 * Reads the text of such a file, which is TOML.
 * @throws WheelworksError `openwrt/bad-target`.
 */
export function parseTarget(text: string, path: string): OpenWrtRelease {
  const { name, manager, python, magic, musl } = checked(text, path);
  const minor = python.split('.').slice(0, 2).join('.');
  const known = openWrtReleases.find((each) => each.python.minor === minor)?.python.magic;
  const number = magic ?? known;
  if (number === undefined)
    throw badTarget(path, `magic: the number of Python ${minor} is not known here`);
  return { name, manager, python: { version: python, minor, magic: number }, musl };
}

function checked(text: string, path: string): z.output<typeof Schema> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw badTarget(path, error instanceof Error ? (error.message.split('\n')[0] ?? '') : '');
  }
  const parsed = Schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badTarget(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function badTarget(path: string, evidence: string): WheelworksError {
  return new WheelworksError('openwrt/bad-target', `${path} describes no target.`, {
    path,
    evidence,
    hint: 'It has name, manager ("opkg" or "apk"), python ("3.13.9"), musl ("1.2"), and magic when the Python is none of a release.',
  });
}
