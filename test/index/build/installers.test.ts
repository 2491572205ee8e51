/** Indexes as pip takes them: that of the machine's Python, and the newest one where its wheel lies on this disk. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseChannel, parseYank } from '../../../src/index/index.ts';
import type { Interpreter } from '../../../src/python/index.ts';
import { indexOf, serveFolder } from '../../support/index-lab.ts';
import { localWheels } from '../../support/local-wheels.ts';
import { hostPythons } from '../../support/project-builder.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

const pythons = await hostPythons();
const newestPython = pythons.at(-1) as Interpreter;
const [pipWheel] = localWheels()
  .filter((path) => /^pip-2[6-9]\./.test(basename(path)))
  .reverse();

/** Every pip, and what it is run with. */
const PIPS = [
  { name: "the machine's pip", env: {}, isThere: true },
  {
    name: 'the newest pip (skipped without a wheel of pip 26 in the indexes of this machine)',
    env: { PYTHONPATH: pipWheel ?? '' },
    isThere: pipWheel !== undefined,
  },
];

let root: string;
let out: string;

beforeEach(async () => {
  root = await scratch();
  out = join(root, 'out');
  const dist = join(root, 'dist');
  await mkdir(dist);
  for (const version of ['1.9', '1.10', '2.0rc1'])
    await writeWheelFile(dist, { name: 'spam_eggs', version });
});

async function pip(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> {
  const target = join(root, 'installed');
  const { stdout } = await promisify(execFile)(
    newestPython.path,
    ['-m', 'pip', 'install', '--no-cache-dir', '--retries', '0', '--target', target, ...args],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: root,
        PIP_CONFIG_FILE: '/dev/null',
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
        ...env,
      },
    },
  );
  expect(existsSync(join(target, 'pkg/__init__.py'))).toBe(true);
  return stdout;
}

describe.skipIf(pythons.length === 0)('pip (skipped without a Python 3.8 that has it)', () => {
  describe.each(PIPS.filter(({ isThere }) => isThere))('$name', ({ env }) => {
    it('installs the newest final version over http, by the metadata file until it has chosen', async () => {
      await indexOf([join(root, 'dist')], out);
      const { url, asked } = await serveFolder(out);
      const said = await pip(env, '--index-url', `${url}/simple/`, 'Spam.Eggs');
      expect(said).toMatch(/Successfully installed spam[-_.]eggs-1\.10/i);
      const wheel = '/files/spam-eggs/spam_eggs-1.10-py3-none-any.whl';
      expect(asked.filter((path) => path.startsWith('/files/'))).toEqual([
        `${wheel}.metadata`,
        wheel,
      ]);
    });

    it('installs from links.html, and not what was yanked', async () => {
      await indexOf([join(root, 'dist')], out, { yanks: [parseYank('spam-eggs==1.10=broken')] });
      const { url } = await serveFolder(out);
      const said = await pip(env, '--no-index', '--find-links', `${url}/links.html`, 'spam-eggs');
      expect(said).toMatch(/Successfully installed spam[-_.]eggs-1\.9/);
    });

    it('installs a pre-release from a channel of them', async () => {
      await indexOf([join(root, 'dist')], out, { channels: [parseChannel('nightly=pre')] });
      const { url } = await serveFolder(out);
      const said = await pip(env, '--index-url', `${url}/nightly/simple/`, '--pre', 'spam-eggs');
      expect(said).toMatch(/Successfully installed spam[-_.]eggs-2\.0rc1/);
    });

    it('reads every attribute that a page has', async () => {
      await indexOf([join(root, 'dist')], out, { yanks: [parseYank('spam-eggs==1.9=a "b" <c>')] });
      const { url } = await serveFolder(out);
      const script = [
        'import sys, json, urllib.request',
        'from pip._internal.index.collector import IndexContent, parse_links',
        'url = sys.argv[1]',
        'body = urllib.request.urlopen(url).read()',
        'page = IndexContent(body, "text/html", None, url)',
        'keep = [l for l in parse_links(page) if l.filename.endswith(".whl")]',
        'print(json.dumps([[l.filename, l.yanked_reason, len(l.hash), bool(l.metadata_link())] for l in sorted(keep, key=str)]))',
      ].join('\n');
      const { stdout } = await promisify(execFile)(
        newestPython.path,
        ['-c', script, `${url}/simple/spam-eggs/`],
        { env: { PATH: process.env['PATH'], HOME: root, ...env } },
      );
      const rows = JSON.parse(stdout) as [string, string | null, number, boolean][];
      expect(rows).toEqual([
        ['spam_eggs-1.10-py3-none-any.whl', null, 64, true],
        ['spam_eggs-1.9-py3-none-any.whl', 'a "b" <c>', 64, true],
        ['spam_eggs-2.0rc1-py3-none-any.whl', null, 64, true],
      ]);
    });
  });
});
