import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Every `area/what` literal of the sources that stands where a code does. */
function codesInSources(): ReadonlySet<string> {
  const codes = new Set<string>();
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  // Answers of indexes are a table.
  const isRead = (name: string): boolean => /\.ts$|answers\.json$/.test(name);
  for (const file of files.filter(isRead)) {
    const text = readFileSync(join(root, 'src', file), 'utf8');
    for (const match of text.matchAll(/['"`]([a-z][a-z0-9]*\/[a-z0-9]+(?:-[a-z0-9]+)*)['"`]/g)) {
      const [, code = ''] = match;
      if (areas.has(code.split('/', 1)[0] ?? '')) codes.add(code);
    }
  }
  return codes;
}

function documented(file: string): ReadonlySet<string> {
  const text = readFileSync(join(root, 'docs', file), 'utf8');
  return new Set([...text.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)`/gm)].map(([, code = '']) => code));
}

const errors = documented('errors.md');
const findings = documented('findings.md');
/** Areas with at least one documented code; a new area starts with its section in the documents. */
const areas = new Set([...errors, ...findings].map((code) => code.split('/', 1)[0] ?? ''));

describe('the code lists', () => {
  it('have every code of the sources', () => {
    const missing = [...codesInSources()].filter(
      (code) => !errors.has(code) && !findings.has(code),
    );
    expect(missing).toEqual([]);
  });

  it('have no code that the sources do not use', () => {
    const used = codesInSources();
    expect([...errors, ...findings].filter((code) => !used.has(code))).toEqual([]);
  });

  it('cover every area that the sources use', () => {
    const thrown = new Set<string>();
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(join(root, 'src', file), 'utf8');
      for (const [, area = ''] of text.matchAll(/new WheelworksError\(\s*'([a-z]+)\//g))
        thrown.add(area);
    }
    expect([...thrown].filter((area) => !areas.has(area))).toEqual([]);
  });
});
