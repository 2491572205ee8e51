/** The joiner goes to Pythons that no machine has all of: its files are held to the oldest grammar. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const joiner = join(import.meta.dirname, '..', '..', '..', 'src', 'python', 'joiner');
const files = readdirSync(joiner).filter((name) => name.endsWith('.py'));
const PARSE = `import ast, sys
for path in sys.argv[1:]:
    with open(path, encoding="ascii") as file:
        ast.parse(file.read(), path, feature_version=(3, 8))`;

const hasPython = spawnSync('python3', ['-c', ''], { stdio: 'ignore' }).status === 0;

it.skipIf(!hasPython)('the joiner is written in the Python of 3.8 (needs python3)', () => {
  const parse = (...args: string[]) => spawnSync('python3', ['-c', ...args], { encoding: 'utf8' });
  const paths = files.map((name) => join(joiner, name));
  expect(paths.length).toBeGreaterThan(8);
  expect(parse(PARSE, ...paths)).toMatchObject({ status: 0, stderr: '' });
  // The check itself: a match statement is of 3.10.
  const match = PARSE.replace('file.read()', '"match x:\\n case 1: pass"');
  expect(parse(match, ...paths).stderr).toContain('SyntaxError');
});
