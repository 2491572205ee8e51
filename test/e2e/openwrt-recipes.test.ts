/** The commands for recipes as a maintainer of a feed uses them. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findExecutable } from '../../src/support/find-executable.ts';
import { hashFile, sha256 } from '../../src/support/hash.ts';
import { cli, type CliResult } from '../support/cli.ts';
import { askMake } from '../support/make-oracle.ts';
import { scratch } from '../support/scratch.ts';
import { writeSdist } from '../support/sdist-file.ts';

const make = await findExecutable('make', process.env, process.platform);

type Run = (...args: readonly string[]) => Promise<CliResult>;

function runIn(cwd: string): Run {
  return async (...args) => cli(['openwrt', ...args, '--cache-dir', join(cwd, 'cache')], { cwd });
}

/** An sdist of Spam whose module needs requests. */
async function spam(folder: string, version: string, name = 'Spam'): Promise<string> {
  await mkdir(folder, { recursive: true });
  return writeSdist(folder, {
    name,
    fileName: name.toLowerCase(),
    version,
    metadata: [
      'Summary: Sends spam',
      'License-Expression: MIT',
      'Requires-Dist: requests',
      ...(version === '2.0' ? ['Requires-Dist: idna'] : []),
    ],
    files: { 'spam.py': 'import requests\n', LICENSE: 'x' },
  });
}

describe('wheelworks openwrt recipe', () => {
  test('writes a recipe, replaces it only when it may, and updates it by version and hash', async () => {
    const cwd = await scratch();
    const run = runIn(cwd);
    const path = await spam(cwd, '1.0');
    const asked = ['recipe', path, '-o', 'feed', '--maintainer', 'Ann <ann@example.org>'];
    const first = await run(...asked);
    expect(first).toMatchObject({
      code: 0,
      out: 'feed/python-spam/Makefile\nfeed/python-spam/test.sh\n',
    });
    expect(first.err).toMatch(/^to do:\n {2}- PKG_CPE_ID: /);
    const makefile = await readFile(join(cwd, 'feed/python-spam/Makefile'), 'utf8');
    const { sha256: hash } = await hashFile(path);
    for (const line of [
      'PYPI_NAME:=Spam',
      'PYPI_SOURCE_NAME:=spam',
      `PKG_HASH:=${hash}`,
      'PKG_MAINTAINER:=Ann <ann@example.org>',
    ])
      expect(makefile.split('\n')).toContain(line);
    expect(makefile).toMatch(/DEPENDS:=\+python3-light .*\+python3-requests$/m);
    const script = join(cwd, 'feed/python-spam/test.sh');
    expect((await stat(script)).mode & 0o777).toBe(0o755);
    await promisify(execFile)('sh', ['-n', script]);

    const again = await run(...asked);
    expect(again.code).toBe(1);
    expect(again.err).toContain('error[recipe/exists]');
    expect((await run(...asked, '--force')).code).toBe(0);
    await updates(cwd, join(cwd, 'feed/python-spam/Makefile'));
  }, 60_000);

  /** Every other byte stays. */
  async function updates(cwd: string, path: string): Promise<void> {
    const run = runIn(cwd);
    const newer = await spam(join(cwd, 'files'), '2.0');
    const made = await readFile(path, 'latin1');
    const before = `${made.replace('RELEASE:=1', 'RELEASE:=4')}# J\u00f6rg, in Latin-1\r\n`;
    await writeFile(path, before, 'latin1');
    const asked = ['recipe', 'update', 'feed/python-spam', '--find-links', 'files'];

    const planned = await run(...asked, '-n');
    expect(planned.code).toBe(0);
    expect(planned.out).toContain('PKG_VERSION: 1.0 -> 2.0\n');
    expect(planned.out).toMatch(/^-PKG_RELEASE:=4\n\+PKG_VERSION:=2\.0\n\+PKG_RELEASE:=1$/m);
    expect(planned.out).toContain('  missing: +python3-idna\n');
    expect(await readFile(path, 'latin1')).toBe(before);

    const changed = before
      .replace('VERSION:=1.0', 'VERSION:=2.0')
      .replace('RELEASE:=4', 'RELEASE:=1')
      .replace(/HASH:=.*/, `HASH:=${(await hashFile(newer)).sha256}`);
    expect((await run(...asked)).code).toBe(0);
    expect(await readFile(path, 'latin1')).toBe(changed);
    const dry = await run(...asked, '--write-depends', '-n');
    expect(dry.out).toMatch(/^ {2}would be added: \+python3-idna\n {2}would be written: .*idna$/m);
    const done = await run(...asked, '--write-depends');
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/^ {2}added: \+python3-idna\n {2}written: .*idna$/m);
    expect(done.out).not.toMatch(/missing|proposed/);
    const written = changed.replace('+python3-requests', '+python3-requests +python3-idna');
    expect(await readFile(path, 'latin1')).toBe(written);
    expect(await run(...asked)).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^the recipe is up to date\n/) as unknown,
    });

    const other = await run('recipe', 'update', path, '--to', await spam(cwd, '2.1', 'Eggs'));
    expect(other.code).toBe(1);
    expect(other.err).toContain('error[recipe/other-project]');
  }

  test('finds the sdist of a name in a folder and on an index, and says where it looked', async () => {
    const cwd = await scratch();
    const run = runIn(cwd);
    await spam(join(cwd, 'files'), '1.0');
    await spam(join(cwd, 'served'), '1.1');
    const page = join(cwd, 'public/simple/spam/index.html');
    await mkdir(join(page, '..'), { recursive: true });
    await writeFile(page, '<a href="../../../served/spam-1.1.tar.gz">spam-1.1.tar.gz</a>');
    const json = await run('recipe', 'SPAM==1.0', '--find-links', 'files', '-n', '--json');
    const folder = await run('recipe', 'spam', '--index', 'public', '-n');
    const none = await run('recipe', 'spam==3', '--find-links', 'files', '-n');
    expect(JSON.parse(json.out)).toMatchObject({
      schema: 'wheelworks.openwrt.recipe/1',
      name: 'python-spam',
      written: [],
      definition: { recipe: { version: '1.0' }, source: { pypi: 'Spam' } },
    });
    expect(folder.out).toMatch(/^PKG_VERSION:=1\.1$/m);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toMatch(
      /^error\[recipe\/no-sdist\][^\n]*\n {2}evidence: [^\n]*files: has 1\.0\n/,
    );
  }, 60_000);
});

const TWO = `[recipe]
name = "python-spam"
version = "1.0"
release = "2"
license = ["MIT"]

[source]
hash = "${sha256('spam')}"
file = "spam-$(PKG_VERSION).tar.gz"
urls = ["https://files.example.org/spam"]

[build]
directory = "$(BUILD_DIR)/$(BUILD_VARIANT)-spam-$(PKG_VERSION)"
unpack = "$(HOST_TAR) -C $(PKG_BUILD_DIR) --strip-components=1 -xzf $(DL_DIR)/$(PKG_SOURCE)"

[build.python2]
setup-args = "--no-speedups"

[[package]]
name = "python-spam"
variant = "python"
interpreter = "python2"
title = "Sends spam"
depends = ["+PACKAGE_python-spam:python-light", "+PACKAGE_python-spam:python-enum34"]

[[package]]
name = "python3-spam"
variant = "python3"
title = "Sends spam"
depends = ["+PACKAGE_python3-spam:python3-light", "+IPV6:python3-asyncio", "@!SOFT_FLOAT"]
filespec = ["+|$(PYTHON3_PKG_DIR)", "-|$(PYTHON3_PKG_DIR)/spam/tests"]
`;

interface Printed {
  readonly cwd: string;
  readonly told: CliResult;
  readonly makefile: string;
}

/** The recipe of two variants, printed once; the folder is there for the test that asks first. */
let printing: Promise<Printed> | undefined;
const printTwo = (): Promise<Printed> =>
  (printing ??= (async () => {
    const cwd = await scratch();
    await mkdir(join(cwd, 'recipe'));
    await writeFile(join(cwd, 'recipe/openwrt.toml'), TWO);
    const told = await runIn(cwd)('recipe', 'print', 'recipe', '-o', 'feed', '--json');
    return { cwd, told, makefile: await readFile(join(cwd, 'feed/python-spam/Makefile'), 'utf8') };
  })());

describe('wheelworks openwrt import and recipe print', () => {
  test('carry two variants through one definition file, there and back', async () => {
    const { cwd, told, makefile } = await printTwo();
    const run = runIn(cwd);
    expect(told).toMatchObject({ code: 0, err: '' });
    const depends = (condition: string, name: string): unknown => ({
      kind: 'package',
      isSelected: true,
      name,
      condition,
    });
    expect(JSON.parse(told.out)).toMatchObject({
      schema: 'wheelworks.openwrt.recipe.print/1',
      variants: [
        {
          name: 'python',
          interpreter: 'python2',
          directory: '$(BUILD_DIR)/python-spam-1.0',
          packages: [
            {
              name: 'python-spam',
              depends: [
                depends('PACKAGE_python-spam', 'python-light'),
                depends('PACKAGE_python-spam', 'python-enum34'),
              ],
            },
          ],
        },
        {
          name: 'python3',
          interpreter: 'python3',
          directory: '$(BUILD_DIR)/python3-spam-1.0',
          packages: [
            {
              name: 'python3-spam',
              depends: [
                depends('PACKAGE_python3-spam', 'python3-light'),
                depends('IPV6', 'python3-asyncio'),
                { kind: 'symbol', isSelected: false, name: '!SOFT_FLOAT' },
              ],
            },
          ],
        },
      ],
      notes: [],
      written: [join(cwd, 'feed/python-spam/Makefile')],
    });
    const { out, code } = await run('import', 'feed/python-spam');
    expect(code).toBe(0);
    await writeFile(join(cwd, 'again.toml'), out);
    const printed = await run('recipe', 'print', 'again.toml');
    expect(printed.out).toBe(makefile);
    expect((await run('recipe', 'print', 'recipe', '-o', 'feed')).err).toContain('recipe/exists');
  }, 60_000);

  test.skipIf(make === undefined)(
    'print what GNU make takes for two packages, each built in its own folder (skipped without make)',
    async () => {
      const { makefile } = await printTwo();
      const cwd = await scratch();
      const asked = {
        variables: ['PKG_SOURCE', 'PKG_BUILD_DIR', 'PYTHON_PKG_SETUP_ARGS'],
        defines: [],
        config: [],
        externals: ['BUILD_DIR', 'PYTHON3_PKG_DIR', 'HOST_TAR', 'DL_DIR'],
      };
      for (const variant of ['python', 'python3']) {
        const facts = await askMake(makefile, join(cwd, variant), { ...asked, variant });
        expect(Object.fromEntries(facts)).toMatchObject({
          'V PKG_SOURCE': 'spam-1.0.tar.gz',
          'V PKG_BUILD_DIR': `<BUILD_DIR>/${variant}-spam-1.0`,
          'V PYTHON_PKG_SETUP_ARGS': '--no-speedups',
          'P python-spam VARIANT': 'python',
          'P python-spam DEPENDS':
            '+PACKAGE_python-spam:python-light +PACKAGE_python-spam:python-enum34',
          'P python3-spam VARIANT': 'python3',
          'P python3-spam DEPENDS':
            '+PACKAGE_python3-spam:python3-light +IPV6:python3-asyncio @!SOFT_FLOAT',
          'P python3-spam filespec': '+|<PYTHON3_PKG_DIR> -|<PYTHON3_PKG_DIR>/spam/tests',
          built: 'python-spam python-spam-src python3-spam python3-spam-src',
        });
      }
    },
    60_000,
  );

  test('tell what cannot be meant, and what is wrong in a definition', async () => {
    const cwd = await scratch();
    const run = runIn(cwd);
    const path = join(cwd, 'openwrt.toml');
    await writeFile(
      path,
      TWO.replace('$(BUILD_VARIANT)-', '').replace('"python3-spam"', '"python-spam"'),
    );
    const noted = await run('recipe', 'print');
    expect(noted.code).toBe(0);
    expect(noted.err).toBe(
      'note: the variants python and python3 are built in one folder, $(BUILD_DIR)/spam-1.0: put $(BUILD_VARIANT) into build.directory\n' +
        'note: there are several packages python-spam: the build system takes the last\n',
    );
    await writeFile(path, TWO.replace('depends', 'depend'));
    const wrong = await run('recipe', 'print');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('error[recipe/unknown-key]');
    expect((await run('recipe', 'print', 'gone')).err).toContain('error[file/not-found]');
  }, 60_000);

  test('import many recipes, and say what was left verbatim and what is no recipe', async () => {
    const cwd = await scratch();
    const run = runIn(cwd);
    for (const [name, more] of [
      ['one', ''],
      ['two', '$(eval $(call Unknown,two))\n'],
      ['three', 'nothing'],
    ] as const) {
      await mkdir(join(cwd, name));
      const text =
        name === 'three'
          ? 'all:\n'
          : `include $(TOPDIR)/rules.mk\nPKG_NAME:=${name}\nPKG_VERSION:=1\nPKG_RELEASE:=1\ndefine Package/${name}\n  TITLE:=x\nendef\n$(eval $(call BuildPackage,${name}))\n${more}`;
      await writeFile(join(cwd, name, 'Makefile'), text);
    }
    const made = await run('import', 'one', 'two/Makefile', '-o', 'out');
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^one +1 +0 +0 +0\ntwo +1 +0 +0 +1$/m);
    expect(made.err).toBe('two/Makefile:9: left verbatim: Unknown is not defined here\n');
    expect(await readFile(join(cwd, 'out/one/openwrt.toml'), 'utf8')).toContain('name = "one"');
    expect((await run('import', 'two', '--strict')).code).toBe(1);
    await keepsEdits(cwd);
    const failed = await run('import', 'one', 'three', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.out)).toMatchObject({
      schema: 'wheelworks.openwrt.import/1',
      recipes: [
        { definition: { recipe: { name: 'one' } }, verbatim: [] },
        { path: join(cwd, 'three'), error: { code: 'recipe/no-recipe' } },
      ],
    });
  }, 60_000);

  async function keepsEdits(cwd: string): Promise<void> {
    const run = runIn(cwd);
    const output = join(cwd, 'out/one/openwrt.toml');
    expect((await run('import', 'one', '-o', 'out')).code).toBe(0);
    const edited = `# mine\n${await readFile(output, 'utf8')}`;
    await writeFile(output, edited);
    const refused = await run('import', 'one', '-o', 'out');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('error[recipe/exists]');
    expect((await run('import', 'one', '-o', 'out', '--force', '-n')).code).toBe(0);
    expect(await readFile(output, 'utf8')).toBe(edited);
    expect((await run('import', 'one', '-o', 'out', '--force')).code).toBe(0);
    expect(await readFile(output, 'utf8')).not.toBe(edited);

    await mkdir(join(cwd, 'twin'));
    await writeFile(join(cwd, 'twin', 'Makefile'), await readFile(join(cwd, 'one', 'Makefile')));
    const twins = await run('import', 'one', 'two', 'twin', '-o', 'twins');
    expect(twins.code).toBe(1);
    expect(twins.err).toContain('error[recipe/repeated]');
    for (const name of ['one', 'twin']) expect(twins.err).toContain(join(cwd, name));
    await expect(stat(join(cwd, 'twins'))).rejects.toThrow('ENOENT');
  }
});
