import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Every wheel in the indexes on this disk and the find-links folders that pip is configured to use; none without pip. */
export function localWheels(): string[] {
  const wheels = pipFolders().flatMap(wheelsBelow);
  const byName = new Map(wheels.map((path) => [basename(path), path]));
  return [...byName.values()].sort();
}

function pipFolders(): string[] {
  const folders = new Set<string>();
  for (const [, value = ''] of pipSettings().matchAll(/(?:find-links|index-url)='([^']*)'/g)) {
    for (const place of value.split(/\s+/)) {
      const path = place.startsWith('file:') ? fileURLToPath(place) : place;
      // An index has its files beside its pages.
      if (path.startsWith('/')) folders.add(basename(path) === 'simple' ? dirname(path) : path);
    }
  }
  return [...folders];
}

function pipSettings(): string {
  try {
    return execFileSync('python3', ['-m', 'pip', 'config', 'list'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

/** Every wheel below a folder; none when it cannot be read. */
export function wheelsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.whl'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
