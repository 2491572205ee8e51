/** Against the interpreters of this machine and what their own pip says of them. */
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { supportedTags } from '../../src/packaging/supported-tags.ts';
import { formatTag } from '../../src/packaging/tag.ts';
import {
  findInterpreters,
  markerEnvironment,
  tagEnvironment,
  type FoundInterpreters,
  type Interpreter,
} from '../../src/python/index.ts';
import { runProcessOrThrow } from '../../src/support/process.ts';
import { temporaryFolder } from './fakes.ts';

const machine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  cwd: process.cwd(),
};

let found: FoundInterpreters;

beforeAll(async () => {
  found = await findInterpreters(machine);
});

/** What a Python program prints, as JSON. */
async function ask(interpreter: Interpreter, program: string): Promise<unknown> {
  const { stdout } = await runProcessOrThrow(interpreter.path, ['-c', program], machine);
  return JSON.parse(stdout);
}

describe('the interpreters of this machine', () => {
  it('agree with themselves', async (context) => {
    if (found.interpreters.length === 0) context.skip('this machine has no Python');
    const program = `
import json, os, sys, sysconfig
print(json.dumps([sys.executable, list(sys.version_info), sys.prefix, sysconfig.get_platform(),
  sysconfig.get_config_var("EXT_SUFFIX") or sysconfig.get_config_var("SO"),
  os.path.isfile(os.path.join(sysconfig.get_path("include"), "Python.h"))]))`;
    for (const interpreter of found.interpreters) {
      const { executable, version, prefix, platform, extensionSuffix, headers } = interpreter;
      expect(await ask(interpreter, program)).toEqual([
        executable,
        [version.major, version.minor, version.micro, version.releaseLevel, version.serial],
        prefix,
        platform,
        extensionSuffix,
        headers.pythonH !== null,
      ]);
    }
  });

  it('are each found once', async () => {
    const builds = found.interpreters.map(({ prefix, hexVersion, debug, freeThreaded }) =>
      [prefix, hexVersion, debug, freeThreaded].join(),
    );
    expect(new Set(builds).size).toBe(builds.length);
  });

  it('include every version of pyenv, and none of its shims', async (context) => {
    const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
    const names = await readdir(versions).catch(() => []);
    if (names.length === 0) context.skip('this machine has no pyenv');
    const known = found.interpreters.map(({ prefix }) => prefix);
    for (const name of names) expect(known).toContain(join(versions, name));
    expect(found.interpreters.filter(({ path }) => path.includes('/shims/'))).toEqual([]);
  });

  it('take the tags that their pip takes', async (context) => {
    const asked = found.interpreters.filter(
      ({ implementation, version, packages }) =>
        implementation.name === 'cpython' && version.minor >= 9 && packages.pip !== null,
    );
    if (asked.length === 0) context.skip('this machine has no CPython 3.9 or newer with pip');
    const program = `
import json
from pip._vendor.packaging.tags import sys_tags
print(json.dumps([str(tag) for tag in sys_tags()]))`;
    for (const interpreter of asked) {
      const theirs = (await ask(interpreter, program)) as string[];
      const ours = supportedTags(tagEnvironment(interpreter), { nativeLinux: 'last' }).map(
        formatTag,
      );
      // The one tag that packaging took up after pip 23.2.
      const recent = `cp3${interpreter.version.minor}-none-any`;
      const known = ours.filter((tag) => tag !== recent || theirs.includes(recent));
      expect({ of: interpreter.label, tags: known }).toEqual({
        of: interpreter.label,
        tags: theirs,
      });
    }
  });

  it('have the markers that their pip evaluates', async (context) => {
    const asked = found.interpreters.filter(
      ({ version, packages }) => version.major === 3 && packages.pip !== null,
    );
    if (asked.length === 0) context.skip('this machine has no Python 3 with pip');
    const program = `
import json
from pip._vendor.packaging.markers import default_environment
print(json.dumps(default_environment()))`;
    for (const interpreter of asked)
      expect(markerEnvironment(interpreter)).toEqual(await ask(interpreter, program));
  });

  it('are not led astray by modules in the working directory', async (context) => {
    if (found.interpreters.length === 0) context.skip('this machine has no Python');
    const folder = await temporaryFolder();
    for (const name of ['json', 'os', 'struct', 'sysconfig', 'sitecustomize'])
      await writeFile(
        join(folder, `${name}.py`),
        'raise SystemExit("imported from the working directory")',
      );
    const again = await findInterpreters({
      ...machine,
      cwd: folder,
      env: { ...process.env, PYTHONPATH: folder },
      explicit: found.interpreters.map(({ path }) => path),
    });
    expect(again.broken).toEqual([]);
    expect(again.interpreters.map(({ path }) => path)).toEqual(
      found.interpreters.map(({ path }) => path),
    );
  });

  it('may be virtual environments, which know their base and their own pip', async (context) => {
    const base = found.interpreters.findLast(
      ({ modules, implementation }) => modules.venv && implementation.name === 'cpython',
    );
    if (base === undefined) {
      context.skip('this machine has no Python with venv');
      return;
    }
    const folder = await temporaryFolder();
    await runProcessOrThrow(
      base.path,
      ['-m', 'venv', '--without-pip', join(folder, 'env')],
      machine,
    );
    await mkdir(join(folder, 'bin'));
    await symlink(join(folder, 'env/bin/python'), join(folder, 'bin/python'));
    const { interpreters } = await findInterpreters({
      ...machine,
      cwd: folder,
      explicit: ['env', 'bin'],
    });
    const environment = interpreters.find(({ givenAs }) => givenAs.includes('env'));
    expect(environment).toMatchObject({ basePrefix: base.basePrefix, externallyManaged: null });
    expect(environment?.prefix).toBe(join(folder, 'env'));
    expect(environment?.packages.pip).toBeNull();
    expect(environment?.headers.pythonH).toBe(base.headers.pythonH);
    expect(basename(environment?.realPath ?? '')).toBe(basename(base.realPath));
  });
});
