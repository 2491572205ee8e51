/** What an index is to have from the start: projects of others, names that are taken, releases that are old. */
import * as z from 'zod';
import { parse as parseToml } from 'smol-toml';
import { WheelworksError } from '../support/errors.ts';
import { PROJECT_STATUSES } from '../packaging/index.ts';
import type { Fact } from './store/index.ts';

const text = z.string().min(1).max(500);
const bytes = z.int().positive();

const seed = z.strictObject({
  projects: z
    .array(
      z.strictObject({
        name: text,
        /** Names of tokens; `*` for everybody; empty for nobody who is here. */
        owners: z.array(text).default([]),
        created: z.iso.datetime({ offset: true }).exactOptional(),
        status: z.enum(PROJECT_STATUSES).exactOptional(),
        reason: text.exactOptional(),
        fileLimit: bytes.exactOptional(),
        totalLimit: bytes.exactOptional(),
      }),
    )
    .default([]),
  prohibited: z.array(text).default([]),
  /** File names that were used and deleted. */
  burnt: z.array(text).default([]),
});

export type Seed = z.output<typeof seed>;

/**
 * Reads a seed in JSON or TOML.
 * @throws WheelworksError `serve/bad-seed`.
 */
export function parseSeed(content: string, path: string): Seed {
  const value = readTable(content, path);
  const parsed = seed.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badSeed(path, `${(issue?.path ?? []).join('.')}: ${issue?.message ?? ''}`);
}

/** @throws WheelworksError `serve/bad-seed`. */
export function seedOf(value: unknown): Seed {
  return parseSeed(JSON.stringify(value) ?? 'null', 'seed');
}

function readTable(content: string, path: string): unknown {
  try {
    return path.endsWith('.toml') ? parseToml(content) : JSON.parse(content);
  } catch (error) {
    throw badSeed(path, error instanceof Error ? error.message : String(error));
  }
}

function badSeed(path: string, evidence: string): WheelworksError {
  return new WheelworksError('serve/bad-seed', `${path} cannot be used as a seed.`, {
    path,
    evidence,
    hint: 'docs/serve.md has an example.',
  });
}

/** A seed as facts. */
export function seedFacts({ projects, prohibited, burnt }: Seed, now: string): readonly Fact[] {
  return [
    ...projects.flatMap((project): readonly Fact[] => {
      const { name, owners, created = now, status, reason, fileLimit, totalLimit } = project;
      return [
        {
          fact: 'project',
          name,
          owners,
          created,
          ...(fileLimit === undefined ? {} : { fileLimit }),
          ...(totalLimit === undefined ? {} : { totalLimit }),
        },
        ...(status === undefined
          ? []
          : [
              {
                fact: 'status' as const,
                project: name,
                status,
                ...(reason === undefined ? {} : { reason }),
              },
            ]),
      ];
    }),
    ...(prohibited.length === 0 ? [] : [{ fact: 'prohibited' as const, names: prohibited }]),
    ...(burnt.length === 0 ? [] : [{ fact: 'burnt' as const, filenames: burnt }]),
  ];
}
