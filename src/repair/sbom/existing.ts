/** Reads back a bill that an earlier repair wrote. */
import * as z from 'zod';
import type { Component, Dependency } from './components.ts';

/** A bill of a thousand libraries has a megabyte. */
const LARGEST = 16 << 20;

const property = z.object({ name: z.string(), value: z.string() });

const file = z.object({
  type: z.enum(['library', 'file']),
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string().optional(),
  hashes: z.array(z.object({ alg: z.literal('SHA-256'), content: z.string() })).optional(),
  licenses: z
    .array(
      z.union([
        z.object({ expression: z.string() }),
        z.object({ license: z.object({ name: z.string() }) }),
      ]),
    )
    .optional(),
  purl: z.string().optional(),
  externalReferences: z.array(z.object({ type: z.literal('website'), url: z.string() })).optional(),
  properties: z.array(property).optional(),
});

const bill = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(file.extend({ components: z.array(file).optional() })).default([]),
  dependencies: z
    .array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) }))
    .default([]),
});

/** What it lists; undefined when it is none of ours. */
export function readExisting(
  bytes: Uint8Array,
):
  | { readonly components: readonly Component[]; readonly dependencies: readonly Dependency[] }
  | undefined {
  if (bytes.length > LARGEST) return undefined;
  try {
    const { components, dependencies } = bill.parse(
      JSON.parse(Buffer.from(bytes).toString('utf8')),
    );
    return { components: components.map(plain), dependencies };
  } catch {
    return undefined;
  }
}

/** Without the keys that are only undefined. */
function plain(value: z.infer<typeof bill>['components'][number]): Component {
  return JSON.parse(JSON.stringify(value)) as Component;
}
