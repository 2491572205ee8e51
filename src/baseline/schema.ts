/** What a baseline file must look like; docs/baselines.md in code. */
import * as z from 'zod';
import { architectures } from '../platform/index.ts';
import { BASELINE_SCHEMA } from './model.ts';

/** A name that stands in tags and file names. */
export const baselineName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'must be small letters, digits and single underscores');

/** A file name and nothing more. */
export const soname = z.string().regex(/^[^/\0\s]+$/, 'must be the name of a library');

export const count = z.number().int().nonnegative();

const versionPair = z.tuple([count, count]).readonly();
const words = z.array(z.string().min(1));
const sizes = z.record(z.string().min(1), count);

const version = z.strictObject({
  parents: words.default([]),
  symbols: words,
  hidden: words.default([]),
  objects: sizes.default({}),
  threadLocals: sizes.default({}),
});

const source = z.strictObject({
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a hexadecimal SHA-256'),
  buildId: z.string().exactOptional(),
  package: z.string().exactOptional(),
  packageVersion: z.string().exactOptional(),
});

const input = z.strictObject({
  root: z.string(),
  distribution: z
    .strictObject({
      id: z.string(),
      version: z.string().exactOptional(),
      title: z.string().exactOptional(),
    })
    .exactOptional(),
  libcBanner: z.string().exactOptional(),
  files: z.record(soname, source),
});

/** A whole baseline file. Unknown keys are refused: a misspelt one would silently promise nothing. */
export const baselineDocument = z.strictObject({
  schema: z.literal(BASELINE_SCHEMA),
  name: baselineName,
  libc: z.enum(['glibc', 'musl']),
  libcVersion: versionPair,
  architecture: z.enum(architectures.map(({ name }) => name)),
  abi: z.strictObject({
    class: z.union([z.literal(32), z.literal(64)]),
    byteOrder: z.enum(['little', 'big']),
    machine: count,
    flags: count.exactOptional(),
  }),
  loader: z.string().regex(/^\//, 'must be an absolute path'),
  provenance: z.array(input),
  deniedSymbols: z.record(soname, words),
  libraries: z.record(
    soname,
    z.strictObject({ needed: z.array(soname), versions: z.record(z.string(), version) }),
  ),
});

/** auditwheel's policy records: manylinux-policy.json, musllinux-policy.json. */
export const policyDocument = z.array(
  z.strictObject({
    name: baselineName,
    aliases: z.array(baselineName),
    priority: z.number(),
    symbol_versions: z.record(
      z.string().min(1),
      z.record(z.string().min(1), z.array(z.string().min(1))),
    ),
    lib_whitelist: z.array(soname),
    blacklist: z.record(soname, words),
  }),
);

/** One record of auditwheel's policy files. */
export type PolicyRecord = z.output<typeof policyDocument>[number];
