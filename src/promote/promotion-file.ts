/** `promotion.json`, which lies beside a promoted set and says what it was made from and how it was tested. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, systemErrorCode, fileError } from '../support/errors.ts';

/** Its name. */
export const PROMOTION_FILE = 'promotion.json';

const SCHEMA = 'wheelworks.promotion/1';

const sha = z.string().regex(/^[0-9a-f]{64}$/);

const test = z.object({
  /** The interpreter, as in `wheelworks python`. */
  python: z.string(),
  /** File names of the wheels that were installed together. */
  wheels: z.array(z.string()),
  outcome: z.enum(['passed', 'failed']),
  /** What ran after the installation: a command, or the modules that were imported. */
  ran: z.string(),
  /** The last lines of what failed. */
  evidence: z.string().optional(),
});

const document = z.object({
  schema: z.literal(SCHEMA),
  tool: z.string(),
  commit: z.string().optional(),
  packages: z.array(z.object({ project: z.string(), from: z.string(), to: z.string() })),
  files: z.array(
    z.object({
      filename: z.string(),
      project: z.string(),
      sha256: sha,
      size: z.int().nonnegative(),
      /** The candidate it was made from. */
      from: z.object({
        filename: z.string(),
        sha256: sha,
        /** Of the main wheel, where the candidate was a split set; name and digest above are of its original. */
        main: sha.optional(),
      }),
      /** A part of a split set, which its main wheel requires. */
      part: z.boolean().optional(),
    }),
  ),
  /** Where the candidate's version was allowed to stay. */
  allowed: z.array(z.object({ filename: z.string(), path: z.string(), count: z.int() })),
  /** Every package was installed and tried here, and nothing failed. */
  tested: z.boolean(),
  tests: z.array(test),
  /** Wheels for which no interpreter was here. */
  notTested: z.array(z.string()),
});

/** The document. */
export type PromotionDocument = z.infer<typeof document>;

/** One environment that wheels of the set were installed into. */
export type PromotionTest = z.infer<typeof test>;

/** A document with its schema. */
export function promotionDocument(content: Omit<PromotionDocument, 'schema'>): PromotionDocument {
  return { schema: SCHEMA, ...content };
}

/**
 * What lies in a folder; undefined when it has none.
 * @throws WheelworksError `promote/bad-promotion-file`, `file/*`.
 */
export async function readPromotion(folder: string): Promise<PromotionDocument | undefined> {
  const path = join(folder, PROMOTION_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw fileError(error, path);
  }
  const parsed = document.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WheelworksError('promote/bad-promotion-file', `${path} is not what promote wrote.`, {
    path,
    evidence: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    hint: 'Promote the set again into a new folder.',
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws WheelworksError `file/*`. */
export async function writePromotionFile(
  folder: string,
  content: PromotionDocument,
): Promise<void> {
  await writeFileAtomic(join(folder, PROMOTION_FILE), (handle) =>
    handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`),
  );
}
