import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingRequirements } from '../../src/build/requirements.ts';
import { runProcess } from '../../src/support/process.ts';
import { interpreter, script } from '../python/fakes.ts';
import { scratch } from '../support/scratch.ts';

/** Requirements that an interpreter misses which says what `answer` prints. */
async function missing(requires: readonly string[], answer: string): Promise<readonly string[]> {
  const folder = await scratch();
  const path = await script(join(folder, 'python'), answer);
  const python = interpreter('3.12.1', { path, prefix: folder });
  return missingRequirements(requires, {
    interpreter: python,
    place: { run: runProcess },
    env: { PATH: process.env['PATH'] },
  });
}

const ANSWER = `echo '{"setuptools": "69.5.1", "wheel": null, "odd": "not a version", "dev": "1.0.dev1"}'`;

describe('the build requirements an interpreter lacks', () => {
  it('are those not installed or of another version, as they were written', async () => {
    const requires = [
      'setuptools>=61',
      'setuptools>=70; python_version > "3"',
      'wheel',
      'odd',
      'dev>=0.5',
    ];
    expect(await missing(requires, ANSWER)).toEqual([
      'setuptools>=70; python_version > "3"',
      'wheel',
      'odd',
    ]);
  });

  it('leave out those whose marker does not apply', async () => {
    const requires = ['wheel; python_version < "3"', 'wheel; extra == "x"'];
    expect(await missing(requires, 'exit 9')).toEqual([]);
  });

  it('contain what is named by a URL, of which nobody can say what is installed', async () => {
    const requires = ['setuptools @ https://example.org/setuptools.whl'];
    expect(await missing(requires, ANSWER)).toEqual(requires);
  });

  it('are all of them when the interpreter cannot say', async () => {
    for (const answer of ['exit 1', 'echo hello', 'echo null', 'kill -9 $$'])
      expect(await missing(['setuptools'], answer)).toEqual(['setuptools']);
  });

  it('are told apart from what else it prints', async () => {
    expect(await missing(['setuptools'], `echo 'site says hello'\n${ANSWER}`)).toEqual([]);
  });
});
