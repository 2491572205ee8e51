import { describe, expect, it } from 'vitest';
import { likelyProject } from '../../../src/openwrt/dependencies/import-names.ts';
import { analysed, codes, names } from './analysed.ts';

describe('an import in a function', () => {
  it('is a dependency, also under a condition of the function; not where there is a way around', async () => {
    const body = (text: string) => ({ 'pkg/__init__.py': `def work(self):\n${text}\n` });
    const asked = async (text: string) => names(await analysed(body(text)));
    expect(await asked('    import asyncio')).toContain('python3-asyncio?');
    expect(await asked('    if self.debug:\n        import logging')).toEqual(['python3-logging?']);
    expect(
      await asked('    try:\n        import logging\n    except ImportError:\n        pass'),
    ).toEqual([]);
    expect(
      names(
        await analysed({ 'pkg/__init__.py': "if __name__ == '__main__':\n    import logging\n" }),
      ),
    ).toEqual([]);
  });
});

describe('what is told apart', () => {
  it('is a module that was taken out and is imported all the same, with the line', async () => {
    const report = await analysed(
      {
        'pkg/__init__.py':
          '\nfrom . import api, name\ntry:\n    from . import fast\nexcept ImportError:\n    pass\n',
      },
      { removed: ['pkg.api', 'pkg.fast', 'pkg.unused'] },
    );
    expect(report.findings).toMatchObject([
      {
        code: 'openwrt/removed-import',
        evidence: 'line 2',
        path: 'usr/lib/python3.13/site-packages/pkg/__init__.py',
      },
    ]);
  });

  it('is no module that the build of the project makes', async () => {
    const files = { 'pkg/__init__.py': 'import _fast\nimport _slow.api\n' };
    const { findings } = await analysed(files, { built: ['_fast'] });
    expect(findings.map(({ message }) => message)).toEqual([
      '_slow is imported, and no requirement brings it.',
    ]);
  });

  it('is a dependency that brings the whole standard library', async () => {
    expect((await analysed({ 'pkg/__init__.py': 'import venv' })).bringAll).toEqual([
      'python3-venv',
    ]);
    expect((await analysed({ 'pkg/__init__.py': 'import logging' })).bringAll).toEqual([]);
  });
});

describe('a module without which a package that is kept does not work', () => {
  it('is told also where its importers are imported by nothing', async () => {
    const files = {
      'pkg/__main__.py': 'from pkg import where\n',
      'pkg/core.py': 'def where(): pass\n',
    };
    const report = await analysed(files, { removed: ['pkg'] });
    expect(report.findings).toMatchObject([
      { code: 'openwrt/removed-import', message: expect.stringMatching(/^pkg is imported by /) },
    ]);
  });
});

describe('a package for those who have a framework', () => {
  const files = {
    'pkg/contrib/__init__.py': '',
    'pkg/contrib/web/__init__.py': 'import framework.conf\n',
    'pkg/contrib/web/storage.py': 'import decimal\nfrom pkg.contrib import web\n',
    'pkg/contrib/web/site.py': 'from pkg.contrib.web import storage\n',
  };

  it('is optional with all that is in it', async () => {
    const report = await analysed({ ...files, 'pkg/__init__.py': '' });
    expect(codes(report)).toEqual([]);
    expect(names(report)).toEqual([]);
    expect(report.unmet).toMatchObject([{ module: 'framework' }]);
  });

  it('is none where the package itself imports it', async () => {
    const report = await analysed({ ...files, 'pkg/__init__.py': 'from pkg.contrib import web' });
    expect(report.findings).toMatchObject([
      { code: 'openwrt/undeclared-import', severity: 'error' },
    ]);
    expect(names(report)).toEqual(['python3-decimal']);
  });
});

describe('the standard library', () => {
  it('is walked to the packages that it is split into, with the way there', async () => {
    const report = await analysed({ 'pkg/__init__.py': '\nimport http.cookiejar\n' });
    expect(report.dependencies.map(({ name }) => name)).toEqual([
      'libpython3-3.13',
      'python3-urllib',
    ]);
    expect(report.implied).toMatchObject([
      { name: 'python3-base' },
      { name: 'python3-email' },
      { name: 'python3-light', by: 'python3-urllib' },
    ]);
    const [way] = report.dependencies[1]?.reasons ?? [];
    expect(way).toMatchObject({
      kind: 'import',
      steps: [
        {
          from: 'pkg',
          to: 'http.cookiejar',
          path: 'usr/lib/python3.13/site-packages/pkg/__init__.py',
          line: 2,
        },
        { from: 'http.cookiejar', to: 'urllib.parse' },
      ],
    });
  });

  it('is that of the minor of the release', async () => {
    const files = { 'pkg/__init__.py': 'from email.message import Message' };
    for (const [release, tie] of [
      ['24.10', 'libpython3-3.11'],
      ['25.12', 'libpython3-3.13'],
      ['master', 'libpython3-3.14'],
    ] as const)
      expect((await analysed(files, { release })).dependencies.map(({ name }) => name)).toContain(
        tie,
      );
    // Merged into python3-urllib after 25.12.
    expect(names(await analysed(files, { release: '25.12' }))).toContain('python3-email');
    expect(names(await analysed(files, { release: 'master' }))).toContain('python3-urllib');
  });

  it('needs the least of the interpreter', async () => {
    const bare = await analysed({ 'pkg.py': 'import sys, os.path\nfrom codecs import lookup\n' });
    expect(bare.dependencies.map(({ name }) => name)).toEqual(['libpython3-3.13', 'python3-base']);
    const run = await analysed({ 'pkg/__init__.py': '', 'pkg/__main__.py': 'import sys' });
    expect(run.dependencies.map(({ name }) => name)).toEqual(['libpython3-3.13', 'python3-light']);
  });

  it('offers what is tried, and what its own modules try', async () => {
    const report = await analysed({
      'pkg.py':
        'import http.client\ntry:\n    import sqlite3\nexcept ImportError:\n    sqlite3 = None\n',
    });
    expect(names(report)).not.toContain('python3-sqlite3');
    expect(report.suggestions).toMatchObject([
      { name: 'python3-openssl', of: 'standard-library' },
      { name: 'python3-sqlite3', of: 'package' },
    ]);
  });

  it('gives attributes by the modules that they come from', async () => {
    const threads = await analysed({ 'a.py': 'from concurrent.futures import ThreadPoolExecutor' });
    expect(names(threads)).toEqual(['python3-logging']);
    const processes = await analysed({
      'a.py': 'from concurrent.futures import ProcessPoolExecutor',
    });
    expect(names(processes)).toEqual(['python3-logging', 'python3-multiprocessing']);
  });

  it('needs the parser of metadata where metadata or a message is read', async () => {
    const asked = async (text: string) => names(await analysed({ 'a.py': text }));
    const reads = ['python3-email', 'python3-urllib?'];
    expect(await asked('from importlib.metadata import version\nversion("a")')).toEqual(reads);
    expect(await asked('import importlib.metadata as m\nm.version("a")')).toEqual(reads);
    expect(await asked('from importlib.metadata import entry_points')).toEqual(['python3-email']);
    expect(await asked('from email import message_from_bytes')).toEqual(reads);
    expect(await asked('from email.encoders import encode_base64')).toEqual(['python3-email']);
  });

  it('needs the codec of names of hosts where hosts are looked up', async () => {
    expect(names(await analysed({ 'a.py': 'import socket\nx = socket.AF_INET' }))).toEqual([]);
    const looks = await analysed({ 'a.py': 'import socket\ndef f(): socket.create_connection(x)' });
    expect(names(looks)).toEqual(['python3-codecs?']);
    const client = await analysed({ 'a.py': 'from urllib.request import urlopen' });
    expect(names(client)).toContain('python3-codecs?');
    const parser = await analysed({ 'a.py': 'from urllib.request import parse_http_list' });
    expect(names(parser)).not.toContain('python3-codecs?');
  });

  it('reports what is not there', async () => {
    const report = await analysed({ 'a.py': 'import distutils.core, tkinter\nimport webbrowser' });
    expect(codes(report)).toEqual([
      'openwrt/module-not-packaged',
      'openwrt/module-not-packaged',
      'openwrt/no-such-module',
    ]);
    expect(report.findings.at(-1)?.hint).toContain('3.11');
    expect(
      codes(await analysed({ 'a.py': 'import distutils.core' }, { release: '24.10' })),
    ).toEqual([]);
  });
});

describe('when something is imported', () => {
  it('tells import, use and neither', async () => {
    const report = await analysed({
      'pkg/__init__.py': [
        'import sys',
        'from typing import TYPE_CHECKING',
        'if TYPE_CHECKING: import sqlite3',
        'if sys.platform == "win32": import ctypes',
        'elif sys.version_info >= (3, 9): import decimal',
        'else: import curses',
        'def f(): import uuid',
      ].join('\n'),
    });
    expect(names(report)).toEqual(['python3-decimal', 'python3-uuid?']);
    expect(report.suggestions).toEqual([]);
  });

  it('takes the course of a function for ordinary, and an offer for an offer', async () => {
    const report = await analysed({
      'pkg/__init__.py': [
        'if unknown(): import sqlite3',
        'def f():',
        '    if unknown(): import decimal',
        'def __getattr__(name):',
        '    if name == "version": import uuid',
        '    if name == "sub": from . import sub',
      ].join('\n'),
      'pkg/sub.py': 'import logging',
    });
    expect(names(report)).toEqual(['python3-decimal?', 'python3-logging?']);
    expect(report.suggestions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['python3-sqlite3', 'python3-uuid']),
    );
  });

  it('decides by constants of other modules', async () => {
    const report = await analysed({
      'pkg/__init__.py': 'from ._shared import WIN\nif WIN: import ctypes\nelse: import decimal',
      'pkg/_shared.py': 'from ._compat import WIN',
      'pkg/_compat.py': 'import platform\nWIN = platform.system() == "Windows"',
    });
    expect(names(report)).toEqual(['python3-decimal']);
  });

  it('leaves out modules of other systems and tests', async () => {
    const report = await analysed({
      'pkg/__init__.py': 'import os\nif os.name == "nt": from . import _win\n',
      'pkg/_win.py': 'import winreg\nfrom . import _more',
      'pkg/_more.py': 'import ctypes',
      'pkg/public.py': 'import decimal',
      'pkg/tests/__init__.py': 'import unittest',
      'test_pkg.py': 'import pytest',
    });
    expect(names(report)).toEqual(['python3-decimal']);
    expect(report.leftOut).toEqual(['pkg._more', 'pkg._win', 'pkg.tests', 'test_pkg']);
    expect(codes(report)).toEqual([]);
  });

  it('takes modules for others as optional when they need what is not declared', async () => {
    const files = {
      'pkg/__init__.py': '',
      'pkg/plugin.py': 'import pytest, sqlite3',
      'pkg/more.py': 'from . import plugin',
    };
    const report = await analysed(files);
    expect(names(report)).toEqual([]);
    expect(report.suggestions.map(({ name }) => name)).toContain('python3-sqlite3');
    expect(report.unmet).toMatchObject([{ module: 'pytest' }]);
    expect(names(await analysed(files, { requires: ['pytest'] }))).toEqual([
      'python3-pytest',
      'python3-sqlite3',
    ]);
  });

  it('follows circles that nothing else enters', async () => {
    const report = await analysed({
      'pkg/__init__.py': '',
      'pkg/a.py': 'from . import b',
      'pkg/b.py': 'from . import a\nimport decimal',
    });
    expect(names(report)).toEqual(['python3-decimal']);
  });

  it('weighs alternatives by what there is', async () => {
    const attempt = (first: string, second: string): Record<string, string> => ({
      'pkg/__init__.py': `try:\n    import ${first} as x\nexcept ImportError:\n    ${second}\n`,
    });
    // There: wanted, and the way around dead.
    expect(names(await analysed(attempt('decimal', 'import sqlite3 as x')))).toEqual([
      'python3-decimal',
    ]);
    // Not there: the way around is the way.
    expect(names(await analysed(attempt('simplejson', 'import decimal as x')))).toEqual([
      'python3-decimal',
    ]);
    // A way around that costs nothing.
    const own = await analysed({ ...attempt('decimal', 'from . import y as x'), 'pkg/y.py': '' });
    expect(names(own)).toEqual([]);
    expect(own.suggestions).toMatchObject([{ name: 'python3-decimal' }]);
    // No way around but a word about it.
    expect(names(await analysed(attempt('decimal', 'import logging')))).toEqual([]);
    expect(names(await analysed(attempt('nowhere', 'import logging')))).toEqual([
      'python3-logging',
    ]);
  });

  it('does not take for there what a package does not have', async () => {
    const report = await analysed({
      'pkg/__init__.py':
        'try:\n    from . import _made as x\nexcept ImportError:\n    import decimal as x\n',
    });
    expect(names(report)).toEqual(['python3-decimal']);
  });

  it('sees programs and modules of entry points', async () => {
    const report = await analysed({
      'pkg/__init__.py': '',
      'pkg/cli.py': 'import click, decimal',
      'pkg-1.dist-info/entry_points.txt': '[console_scripts]\npkg = pkg.cli:main\n',
      'usr/bin/tool': '#!/usr/bin/python3\nimport sqlite3\n',
      'usr/bin/other': '#!/bin/sh\nimport uuid\n',
    });
    expect(names(report)).toEqual(['python3-decimal', 'python3-sqlite3']);
    expect(codes(report)).toEqual(['openwrt/undeclared-import']);
  });
});

describe('modules that no name tells of', () => {
  it('`__main__` is there; a private module is undeclared, and no package is made up for it', async () => {
    const report = await analysed({
      'pkg/__init__.py': 'import __main__\nfrom __main__ import x\nimport _pkg_runtime\n',
    });
    expect(report.findings).toMatchObject([
      {
        code: 'openwrt/undeclared-import',
        message: '_pkg_runtime is imported, and no requirement brings it.',
        hint: expect.stringContaining('--with'),
      },
    ]);
    expect(report.findings[0]?.hint).not.toContain('python3-');
  });
});

describe('modules that are shown to type checkers alone', () => {
  const files = (init: string) => ({
    'pkg/__init__.py': `from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import parts\n${init}`,
    'pkg/parts.py': 'import decimal\n',
  });

  it('count where their package imports by names that nobody sees', async () => {
    const getter =
      'import importlib\ndef __getattr__(name):\n    return importlib.import_module(f".{name}", __name__)\n';
    expect(names(await analysed(files(getter)))).toEqual(['python3-decimal']);
    expect(names(await analysed(files('from ._loader import LazyModule\n')))).toEqual([
      'python3-decimal',
    ]);
  });

  it('do not where it imports nothing so', async () => {
    expect(names(await analysed(files('')))).toEqual([]);
  });

  it('nor does what is for another system', async () => {
    const other = await analysed({
      'pkg/__init__.py':
        'import importlib, sys\nif sys.platform == "win32":\n    from . import parts\n',
      'pkg/parts.py': 'import decimal\n',
    });
    expect(names(other)).toEqual([]);
  });
});

describe('a package in a namespace', () => {
  it('is what is imported, also when it needs what is not declared', async () => {
    const report = await analysed({ 'space/own/__init__.py': 'import decimal, foreign\n' });
    expect(names(report)).toEqual(['python3-decimal']);
    expect(report.findings).toMatchObject([
      { code: 'openwrt/undeclared-import', severity: 'error' },
    ]);
  });
});

describe('a module that nothing declares', () => {
  it.each([
    ['IPython.core.getipython', 'ipython'],
    ['antlr4.error', 'antlr4-python3-runtime'],
    ['bs4.element', 'beautifulsoup4'],
    ['django.conf', 'django'],
    ['google.cloud.storage', 'google-cloud'],
    ['zope.schema', 'zope-schema'],
    ['_private', undefined],
  ])('%s is likely from %s', (module, project) => {
    expect(likelyProject(module)).toBe(project);
  });
});

describe('a module and a requirement that nothing else answers', () => {
  const told = async (text: string, requires: readonly string[]) =>
    (await analysed({ 'pkg/__init__.py': text }, { requires })).findings.map(
      ({ code, severity }) => `${severity} ${code.replace('openwrt/', '')}`,
    );

  it('are taken for each other where their names are alike, with a note', async () => {
    const report = await analysed(
      { 'pkg/__init__.py': '', 'pkg/base.py': 'import decimal, quux4.error\n' },
      { requires: ['quux4-python3-runtime==4.9.*', 'other'] },
    );
    expect(report.findings).toMatchObject([
      {
        code: 'openwrt/assumed-import',
        severity: 'info',
        message:
          'quux4 is imported, and taken to be from python3-quux4-python3-runtime (quux4-python3-runtime==4.9.*).',
      },
      { code: 'openwrt/unused-requirement', message: expect.stringContaining('other') },
    ]);
    expect(report.unmet).toEqual([]);
    expect(names(report)).toContain('python3-decimal');
    const { dependencies } = report;
    expect(
      dependencies.find(({ name }) => name === 'python3-quux4-python3-runtime')?.reasons,
    ).toMatchObject([{ kind: 'requirement', imported: { to: 'quux4.error' } }]);
  });

  it('are an error where the requirement is imported, or known to bring something else', async () => {
    const error = 'error undeclared-import';
    expect(await told('import quux4, quux4_runtime', ['quux4-runtime'])).toEqual([error]);
    expect(await told('import quux4', ['types-quux4'])).toContain(error);
    expect(await told('import lib4', ['pyyaml'])).toContain(error);
    expect(await told('import yaml', ['yaml-more'])).toContain(error);
    expect(await told('import _private', ['private-runtime'])).toContain(error);
  });

  it('are warned of where they are the only ones, and no others', async () => {
    const asked = ['something'];
    expect(await told('import quux4', asked)).toEqual([
      'warning undeclared-import',
      'info unused-requirement',
    ]);
    const { findings } = await analysed({ 'pkg.py': 'import quux4' }, { requires: asked });
    expect(findings[0]?.hint).toContain('python3-something');
    expect(await told('import quux4, baz', asked)).toContain('error undeclared-import');
    expect(await told('import quux4', [...asked, 'more'])).toContain('error undeclared-import');
  });
});

describe('requirements', () => {
  const files = {
    'pkg/__init__.py': 'import yaml\nfrom dateutil.parser import parse\nimport zope.interface\n',
    'pkg-1.0.dist-info/METADATA': '',
  };

  it('become packages, with the import that each answers', async () => {
    const report = await analysed(files, {
      requires: ['PyYAML>=5.1,<7', 'python-dateutil==2.*', 'zope.interface', 'six'],
    });
    expect(names(report)).toEqual([
      'python3-dateutil',
      'python3-six',
      'python3-yaml',
      'python3-zope-interface',
    ]);
    expect(report.dependencies.find(({ name }) => name === 'python3-yaml')).toMatchObject({
      constraint: {
        operator: '>=',
        version: { upstream: '5.1' },
        below: { operator: '<', version: { upstream: '7' } },
      },
      reasons: [
        { kind: 'requirement', requirement: 'PyYAML<7,>=5.1', imported: { to: 'yaml', line: 1 } },
      ],
    });
    expect(report.findings).toMatchObject([
      { code: 'openwrt/unused-requirement', message: expect.stringContaining('six') },
    ]);
  });

  it('alone are tied to the minor version whose folder has the metadata, and to nothing else of Python', async () => {
    const report = await analysed({ 'all-1.0.dist-info/METADATA': '' }, { requires: ['six'] });
    expect(report.dependencies.map(({ name }) => name)).toEqual(['libpython3-3.13', 'python3-six']);
  });

  it('of one project are one range', async () => {
    const report = await analysed(files, {
      requires: ['PyYAML>=5.1', 'PyYAML<7; python_version >= "3.8"', 'PyYAML<4; os_name == "nt"'],
    });
    expect(report.dependencies.find(({ name }) => name === 'python3-yaml')?.constraint).toEqual({
      operator: '>=',
      version: { upstream: '5.1' },
      below: { operator: '<', version: { upstream: '7' } },
    });
  });

  it('are those of the target', async () => {
    const report = await analysed(
      { 'a.py': '' },
      {
        requires: [
          'one; sys_platform == "linux"',
          'two; sys_platform == "win32"',
          'three; python_version < "3.13"',
          'four; implementation_name == "pypy"',
          'five; extra == "net"',
          'six; extra == "other"',
          'pkg[more]; extra == "net"',
          'seven; extra == "more"',
          'eight; platform_machine == "aarch64"',
        ],
        extras: ['Net'],
        project: 'pkg',
      },
    );
    expect(names(report)).toEqual(['python3-five', 'python3-one', 'python3-seven']);
    expect(codes(report)).toContain('openwrt/undecided-requirement');
    const machine = await analysed(
      { 'a.py': '' },
      {
        requires: ['eight; platform_machine == "aarch64"'],
        machine: 'aarch64',
      },
    );
    expect(names(machine)).toEqual(['python3-eight']);
  });

  it('are undecided only where the machine decides', async () => {
    const asked = async (marker: string, extras: readonly string[] = []) =>
      codes(await analysed({ 'a.py': 'import six' }, { requires: [`six; ${marker}`], extras }))[0];
    const undecided = 'openwrt/undecided-requirement';
    const machine = 'platform_machine == "x86_64"';
    expect(await asked(`extra == "all" and ${machine}`)).not.toBe(undecided);
    expect(await asked(`${machine} and extra == "all"`)).not.toBe(undecided);
    expect(await asked(`(${machine} or os_name == "nt") and extra == "all"`)).not.toBe(undecided);
    expect(await asked(`os_name == "posix" or ${machine}`)).toBe(undefined);
    expect(await asked(`extra == "all" and ${machine}`, ['all'])).toBe(undecided);
    expect(await asked(`os_name == "nt" or ${machine}`)).toBe(undecided);
  });

  it('miss what is imported and not declared', async () => {
    const report = await analysed(
      {
        'a.py':
          'import yaml\ndef f(): import requests, brotli\ntry: import lxml\nexcept ImportError: pass',
      },
      { requires: ['brotli; extra == "fast"'] },
    );
    expect(report.findings).toMatchObject([
      {
        code: 'openwrt/undeclared-import',
        severity: 'error',
        hint: expect.stringContaining('python3-yaml'),
      },
      { code: 'openwrt/undeclared-import', severity: 'warning', evidence: 'line 2, in f' },
      {
        code: 'openwrt/undeclared-import',
        severity: 'warning',
        hint: expect.stringContaining('--extra fast'),
      },
    ]);
    expect(report.unmet).toMatchObject([{ module: 'lxml' }]);
  });

  it('see through six', async () => {
    const report = await analysed(
      {
        'a.py':
          'from six.moves import configparser, xmlrpc_client\nfrom six.moves.urllib.parse import quote',
      },
      { requires: ['six'] },
    );
    expect(names(report)).toEqual([
      'python3-codecs?',
      'python3-decimal',
      'python3-email',
      'python3-six',
      'python3-urllib',
      'python3-xml',
    ]);
  });
});

describe('a feed', () => {
  const packages = new Map(
    [
      { name: 'python3-a', version: '2.0', depends: ['python3-b'] },
      { name: 'python3-b', version: '1.0', depends: ['python3-light'] },
      { name: 'python3-c', version: '1.0', depends: ['python3-d'] },
      { name: 'python3-d', depends: ['python3-c'] },
      { name: 'libpython3-3.13', depends: [] },
      { name: 'python3-base', depends: [] },
      { name: 'python3-light', depends: [] },
    ].map((each) => [each.name, each]),
  );
  const feed = { find: (name: string) => packages.get(name), packages: [...packages.values()] };

  it('implies, lacks, and goes in circles', async () => {
    const report = await analysed(
      { 'pkg.py': 'import a, b, c, e' },
      { requires: ['a>=3', 'b', 'c', 'e'], feed },
    );
    expect(report.dependencies.map(({ name }) => name)).toEqual([
      'libpython3-3.13',
      'python3-a',
      'python3-c',
      'python3-e',
    ]);
    expect(report.implied.map(({ name, by }) => `${name} ${by}`)).toEqual([
      'python3-b python3-a',
      'python3-base python3-a',
    ]);
    expect(codes(report)).toEqual([
      'openwrt/dependency-cycle',
      'openwrt/feed-version',
      'openwrt/missing-dependency',
    ]);
  });

  it('is told, of what it lacks, what makes it', async () => {
    const { findings } = await analysed(
      { 'pkg.py': 'import decimal, e' },
      { requires: ['e'], feed },
    );
    const hints = findings
      .filter(({ code }) => code === 'openwrt/missing-dependency')
      .map(({ message, hint }) => `${message} ${hint ?? ''}`);
    expect(hints).toEqual([
      expect.stringMatching(/^python3-decimal .* split-interpreter/),
      expect.stringMatching(/^python3-e .* openwrt pack from a wheel of e,/),
    ]);
  });
});

describe('what cannot be read', () => {
  it('is reported, and the rest analysed', async () => {
    const report = await analysed({
      'pkg/__init__.py': 'import decimal',
      'pkg/old.py': 'print "2"',
      'pkg/_fast.cpython-313-x86_64-linux-musl.so': '\u007fELF',
      'pkg/gone.pyc': '',
    });
    expect(names(report)).toEqual(['python3-decimal']);
    expect(
      codes(report)
        .map((code) => code.replace('unread-', 'bad-'))
        .sort(),
    ).toEqual(['openwrt/bad-source', 'openwrt/bytecode-imports', 'openwrt/native-imports']);
  });

  it('may import anything of the light package', async () => {
    const native = await analysed({
      'pkg/__init__.py': 'from ._fast import x',
      'pkg/_fast.cpython-313-x86_64-linux-musl.so': '\u007fELF',
    });
    expect(native.dependencies.map(({ name }) => name)).toEqual([
      'libpython3-3.13',
      'python3-light',
    ]);
  });

  it('is nothing where there is nothing for Python', async () => {
    const report = await analysed({ 'usr/bin/x': 'binary' });
    expect(report.dependencies).toEqual([]);
  });
});
