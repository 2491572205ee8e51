/** The bundle objects of `@sigstore/sign` as the JSON that Sigstore defines. */
import type { Bundle } from '@sigstore/sign';
import type { JsonObject } from '../../packaging/index.ts';

/** Bytes become base64; which of several things a part is, its key says, and no longer a `$case`. */
export function bundleJson({ mediaType, verificationMaterial, content }: Bundle): JsonObject {
  return {
    mediaType,
    verificationMaterial: {
      ...chosen(verificationMaterial.content),
      tlogEntries: plain(verificationMaterial.tlogEntries),
    },
    ...chosen(content),
  };
}

function chosen(value: unknown): JsonObject {
  const { $case: name, ...rest } = { ...(value as Readonly<Record<string, unknown>>) };
  return typeof name === 'string' ? { [name]: plain(rest[name]) } : {};
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
      part === undefined ? [] : [[key, plain(part)]],
    ),
  );
}
