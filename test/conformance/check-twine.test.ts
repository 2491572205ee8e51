/** Descriptions and metadata as twine judges them, where twine is: what it fails, `check` fails or warns of. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../src/check/index.ts';
import { wheelWith, writeAll, type Distribution } from '../check/distributions.ts';
import { installedDocutils } from '../support/docutils.ts';
import { localWheels } from '../support/local-wheels.ts';
import { scratch } from '../support/scratch.ts';

const twine = spawnSync('twine', ['--version'], { encoding: 'utf8' });
const docutils = installedDocutils();
const reason =
  twine.status !== 0 ? 'twine' : docutils === undefined ? 'a Python with docutils' : undefined;
if (reason !== undefined) console.warn(`skipped: there is no ${reason} on this machine`);

/** Bodies of descriptions by name; twine is asked for all of them in one run. */
const RST: Readonly<Record<string, string>> = {
  plain: 'Text.\n',
  sections: 'Title\n=====\n\nText\n\nMore\n----\n\n- a\n- b\n',
  link: 'A `link <https://example.org/>`_ and ``code``.\n',
  code: '.. code-block:: python\n\n   x = 1\n',
  image: '.. image:: https://example.org/a.svg\n',
  table: '=== ===\na   b\n=== ===\n1   2\n=== ===\n',
  underline: 'Title\n===\n\nText\n',
  role: 'See :ref:`a`.\n',
  directive: '.. toctree::\n\n   a\n',
  raw: '.. raw:: html\n\n   <b>a</b>\n',
  include: '.. include:: /etc/hostname\n',
  markup: 'An *open emphasis.\n',
  target: 'A link_ to nothing.\n',
  comment: '.. nothing but a comment\n',
  indent: 'a\n  b\n c\n',
};

function wheelOf(name: string, body: string): Distribution {
  const file = wheelWith(['Description-Content-Type: text/x-rst'], { version: '2.1', body });
  return { ...file, filename: `pkg-1.0-py3-none-${name}.whl` };
}

describe.skipIf(reason !== undefined)('twine check', () => {
  it('passes and fails the descriptions that check does', async () => {
    const paths = await writeAll(
      await scratch(),
      Object.entries(RST).map(([name, body]) => wheelOf(name, body)),
    );
    const theirs = Object.fromEntries(
      paths.map((path) => {
        const { stdout } = spawnSync('twine', ['check', path], { encoding: 'utf8' });
        return [basename(path), stdout.includes('PASSED')];
      }),
    );
    const results = await checkFiles(paths, { pythons: [docutils?.python ?? ''], natives: false });
    const ours = Object.fromEntries(
      results.map(({ path, findings }) => [
        basename(path),
        !findings.some(({ code }) => code === 'description/does-not-render'),
      ]),
    );
    expect(new Set(Object.values(ours)).size).toBe(2);
    expect(ours).toEqual(theirs);
  }, 120_000);
});

const TROVE = `
import json, trove_classifiers as t
print(json.dumps([sorted(t.classifiers), sorted(t.deprecated_classifiers)]))
`;

function troveClassifiers(): readonly [readonly string[], readonly string[]] | undefined {
  const wheel = localWheels().findLast((path) => /^trove_classifiers-\d/.test(basename(path)));
  const env = { ...process.env, ...(wheel === undefined ? {} : { PYTHONPATH: wheel }) };
  const { status, stdout } = spawnSync('python3', ['-c', TROVE], { encoding: 'utf8', env });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by the script above
  return status === 0 ? (JSON.parse(stdout) as [string[], string[]]) : undefined;
}

const trove = troveClassifiers();
if (trove === undefined) console.warn('skipped: python3 has no trove-classifiers');

describe.skipIf(trove === undefined)('trove-classifiers', () => {
  it('has no classifier that is refused here', async () => {
    const [known = []] = trove ?? [];
    const lines = known
      .filter((text) => !text.startsWith('Private'))
      .map((text) => `Classifier: ${text}`);
    const [result] = await checkFiles(await writeAll(await scratch(), [wheelWith(lines)]));
    expect(result?.findings.filter(({ code }) => code === 'pypi/classifier-unknown')).toEqual([]);
  });
});
