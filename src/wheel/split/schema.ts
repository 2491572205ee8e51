/** The rules that `split.json` and `split-part.json` are held to before anything in them is used. */
import * as z from 'zod';
import { unsafeNameReason } from '../../archive/zip/index.ts';
import { normalizeName, parseWheelFilename } from '../../packaging/index.ts';
import { CHUNK_HEADER_LENGTH } from './chunk-header.ts';
import { SPLIT_PART_SCHEMA, SPLIT_SCHEMA, type SplitDescription } from './model.ts';

const sha = z.string().regex(/^[0-9a-f]{64}$/, 'is no hexadecimal SHA-256');
const bytes = z.int().nonnegative();

/** A path that can neither leave the folder it is unpacked into nor mean two files. */
const memberPath = z.string().superRefine((path, context) => {
  const reason = unsafeNameReason(path);
  if (reason !== undefined) context.addIssue({ code: 'custom', message: `its name ${reason}` });
});

const distribution = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'is no distribution name');

/** A plain file name: parsing it would take a slash for part of a name. */
const wheelFilename = z.string().superRefine((filename, context) => {
  const isPlain = unsafeNameReason(filename) === undefined && !filename.includes('/');
  if (!isPlain || !isWheelFilename(filename))
    context.addIssue({ code: 'custom', message: 'is no file name of a wheel' });
});

function isWheelFilename(filename: string): boolean {
  try {
    parseWheelFilename(filename);
    return true;
  } catch {
    return false;
  }
}

const chunk = z.object({
  distribution: distribution.nullable(),
  path: memberPath,
  size: bytes.min(CHUNK_HEADER_LENGTH),
  sha256: sha,
});

const chunkedFile = z.object({
  path: memberPath,
  size: bytes,
  sha256: sha,
  originalMethod: z.enum(['stored', 'deflated']),
  crc32: bytes.max(0xffffffff),
  chunks: z.array(chunk).min(1),
});

/** `split.json`. */
export const splitSchema = z
  .object({
    schema: z.literal(SPLIT_SCHEMA),
    original: z.object({ filename: wheelFilename, size: bytes, sha256: sha }),
    maxSize: bytes.min(1),
    choices: z.record(z.string(), z.json()).default({}),
    parts: z.array(z.object({ distribution, filename: wheelFilename, sha256: sha })),
    chunked: z.array(chunkedFile),
    moved: z.array(z.object({ path: memberPath, distribution, to: memberPath.optional() })),
    relocated: z.array(z.object({ path: memberPath, to: memberPath })),
    replaced: z.array(memberPath),
    rebuild: z.object({ member: memberPath, sha256: sha }),
  })
  .superRefine((description, context) => {
    const message = contradiction(description);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** `split-part.json`. */
export const partSchema = z.object({
  schema: z.literal(SPLIT_PART_SCHEMA),
  of: z.object({ distribution, version: z.string().min(1) }),
  part: z.int().min(1),
  contents: z.array(z.object({ path: memberPath, sha256: sha })),
});

/** What no single field shows: names that stand for two things, parts that are not there. */
function contradiction(
  description: Pick<SplitDescription, 'parts' | 'chunked' | 'moved' | 'relocated'>,
): string | undefined {
  const { parts, chunked, moved, relocated } = description;
  const names = parts.map((part) => normalizeName(part.distribution));
  const known = new Set(parts.map((part) => part.distribution));
  const slices = chunked.flatMap(({ chunks }) => chunks);
  const paths = [chunked, moved, relocated].flat().map(({ path }) => path);
  const stranger = [...slices, ...moved].find(
    (each) => each.distribution !== null && !known.has(each.distribution),
  );
  if (stranger !== undefined) return `${stranger.distribution} is not among the parts`;
  return (
    repeated(names, 'part') ??
    repeated(
      parts.map(({ filename }) => filename),
      'file',
    ) ??
    repeated(paths, 'path') ??
    repeated(
      slices.map((slice) => `${slice.distribution ?? ''}!${slice.path}`),
      'chunk',
    ) ??
    repeated(
      relocated.map(({ to }) => to),
      'place',
    )
  );
}

function repeated(values: readonly string[], what: string): string | undefined {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) return `the ${what} ${value} stands in it twice`;
    seen.add(value);
  }
  return undefined;
}
