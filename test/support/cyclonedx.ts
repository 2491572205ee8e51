/** Judges bills of materials by the schema that CycloneDX publishes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

const folder = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);

function schema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
}

let compiled: ValidateFunction | undefined;

/** What is wrong with a document by CycloneDX 1.6; empty when nothing is. */
export function cycloneDxFaults(document: unknown): readonly string[] {
  compiled ??= compile();
  if (compiled(document)) return [];
  return (compiled.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function compile(): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  // Formats of JSON Schema that the library leaves out.
  ajv.addFormat('idn-email', /^\S+@\S+$/);
  ajv.addFormat('iri-reference', /^\S*$/);
  // By the names that they refer to each other by.
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(
      withoutId(schema(`${name}.SNAPSHOT.schema.json`)),
      `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
    );
  return ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
}

function withoutId({ $id: _id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}
