import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UPLOAD_RULES } from '../../../src/serve/rules/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('docs/serve-rules.md', () => {
  it('has every rule', () => {
    const text = readFileSync(join(ROOT, 'docs', 'serve-rules.md'), 'utf8');
    expect(UPLOAD_RULES.filter(({ id }) => !text.includes(`\`${id}\``))).toEqual([]);
  });

  it('is what the table of rules makes', async () => {
    const script = join(ROOT, 'scripts', 'make-serve-rules.mjs');
    const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']);
    expect(stderr).toBe('');
  });
});
