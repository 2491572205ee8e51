import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import weights from './heavy-files.json' with { type: 'json' };
import { heaviestFirst } from './heavy-first.ts';

const root = join(import.meta.dirname, '..', '..');

it('knows no file that is gone', () => {
  expect(Object.keys(weights).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('starts what takes longest first, and leaves the rest in its order', () => {
  const files = [
    'test/b.test.ts',
    'test/e2e/repair-own.test.ts',
    'test/a.test.ts',
    'test/e2e/shell.test.ts',
  ];
  const sorted = heaviestFirst(files, (path) => path);
  expect(sorted).toEqual([files[3], files[1], files[0], files[2]]);
});
