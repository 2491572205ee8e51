/** The list of what was written, kept beside it: only that is ever replaced or removed. */
import { WheelworksError } from '../../support/errors.ts';
import type { Manifest, WrittenObject } from './objects.ts';

const SCHEMA = 'wheelworks.index-manifest/1';

/** The same for the same objects, whatever their order. */
export function formatManifest(manifest: Manifest): string {
  const objects = [...manifest].sort(([left], [right]) => (left < right ? -1 : 1));
  const lines = objects.map(
    ([path, object]) => `${JSON.stringify(path)}:${JSON.stringify(object)}`,
  );
  return `{"schema":"${SCHEMA}","objects":{\n${lines.join(',\n')}\n}}\n`;
}

/**
 * Reads it back. Paths that lead out of the index are refused: they would be removed.
 * @throws WheelworksError `index/bad-manifest`.
 */
export function parseManifest(text: string, place: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad(place, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || !('objects' in value))
    throw bad(place, 'it has no objects');
  if (!('schema' in value) || value.schema !== SCHEMA) throw bad(place, 'it is of another version');
  const { objects } = value;
  if (typeof objects !== 'object' || objects === null) throw bad(place, 'its objects are no table');
  return new Map(
    Object.entries(objects).map(([path, object]) => [path, readObject(path, object, place)]),
  );
}

/** The channels whose list of projects was written; undefined stands for an index without channels. */
export function channelsOfManifest(manifest: Manifest): readonly (string | undefined)[] {
  return [...manifest.keys()].flatMap((path) => {
    const found = /^(?:([^/]+)\/)?simple\/index\.html$/.exec(path);
    return found === null ? [] : [found[1]];
  });
}

function readObject(path: string, value: unknown, place: string): WrittenObject {
  const isSafe = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isSafe || /[\\\0]/.test(path)) throw bad(place, `${path} is no path of an index`);
  if (
    typeof value !== 'object' ||
    value === null ||
    !('sha256' in value && typeof value.sha256 === 'string') ||
    !('size' in value && typeof value.size === 'number')
  )
    throw bad(place, `${path} has no digest and size`);
  const from = 'from' in value && typeof value.from === 'string' ? { from: value.from } : {};
  return { sha256: value.sha256, size: value.size, ...from };
}

function bad(place: string, reason: string): WheelworksError {
  return new WheelworksError('index/bad-manifest', `${place} cannot be read: ${reason}.`, {
    path: place,
    hint: 'Write the index to another place, or remove the old one with all that is in it.',
  });
}
