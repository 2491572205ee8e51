import { describe, expect, it } from 'vitest';
import type { PackPlan } from '../../../src/openwrt/pack/model.ts';
import { renderPackPlan } from '../../../src/cli/commands/openwrt/render-pack.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import { extrasOf, refuseUnknownExtras } from '../../../src/openwrt/dependencies/extras.ts';
import { readSubject, reportOfInput } from '../../../src/openwrt/dependencies/subject-of-input.ts';
import { packReport } from '../../../src/openwrt/pack/report.ts';
import { writePackage } from '../../../src/openwrt/package/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { scratch } from '../../support/scratch.ts';
import { samplePackage } from '../package/samples.ts';
import { analysed } from './analysed.ts';

describe('a package that is asked about', () => {
  it('is not for a Python that looks elsewhere, nor for another manager', async () => {
    const { path } = await writePackage(samplePackage(), {
      manager: 'apk',
      directory: await scratch(),
    });
    const other = await readSubject(path, openWrtRelease('24.10'));
    expect(other.findings).toMatchObject([
      { code: 'openwrt/other-python', severity: 'error', evidence: '/usr/lib/python3.13' },
      { code: 'openwrt/other-manager', severity: 'error' },
    ]);
    const found = await analysed({ 'pkg.py': 'import logging' }, { release: '24.10' });
    const report = reportOfInput(found, other);
    expect(found.dependencies.map(({ name }) => name)).toContain('libpython3-3.11');
    expect(report.dependencies.map(({ name }) => name)).not.toContain('libpython3-3.11');
    expect(report.findings[0]?.code).toBe('openwrt/other-python');
    const own = await readSubject(path, openWrtRelease('25.12'));
    expect(own.findings).toEqual([]);
    expect(reportOfInput(found, own).dependencies).toEqual(found.dependencies);
  });
});

describe('an extra', () => {
  const requests = { name: 'requests', extras: ['socks', 'use-chardet'] };
  const flask = { name: 'flask', extras: ['async'] };

  it('is one that a project names, or that its markers do', () => {
    expect(
      extrasOf({ providesExtra: ['Use_Chardet'], requiresDist: ['a; extra == "socks"', 'b'] }),
    ).toEqual(['socks', 'use-chardet']);
  });

  it('is refused where no project has it, with the nearest', () => {
    expect(() => refuseUnknownExtras(['Use.Chardet'], [requests])).not.toThrow();
    expect(() => refuseUnknownExtras(['sokcs'], [requests])).toThrow(
      expect.objectContaining({
        code: 'openwrt/unknown-extra',
        evidence: 'Provides-Extra: socks, use-chardet',
        hint: 'Did you mean --extra socks?',
      }),
    );
    expect(() => refuseUnknownExtras(['x'], [{ name: 'six', extras: [] }])).toThrow(
      'six has no extra x, nor any other.',
    );
  });

  it('is for those of several projects that have it', () => {
    expect(() => refuseUnknownExtras(['socks', 'async'], [requests, flask])).not.toThrow();
    expect(() => refuseUnknownExtras(['sokcs'], [requests, flask])).toThrow('sokcs');
  });
});

describe('a module that no project brings', () => {
  it.each([
    ['winreg', 'Windows'],
    ['com.sun.jna', 'Java'],
    ['test.support', 'tests of CPython'],
    ['urllib2', 'Python 2'],
  ])('%s is told of, without a package to add', async (module, whose) => {
    const { findings } = await analysed({ 'a.py': `import ${module}` });
    expect(findings).toMatchObject([
      { code: 'openwrt/no-such-module', severity: 'error', evidence: 'line 1' },
    ]);
    expect(findings[0]?.message).toContain(whose);
    expect(findings[0]?.hint).not.toContain('--with');
  });

  it('is no fault where a function for another system imports it', async () => {
    const asked = async (module: string) =>
      (await analysed({ 'a.py': `def f(): import ${module}` })).findings[0]?.severity;
    expect(await asked('winreg')).toBe('info');
    expect(await asked('urllib2')).toBe('warning');
  });
});

describe('what packing says of an import that nothing declares', () => {
  it('has its place, and the command that shows more', async () => {
    const { findings } = await analysed({ 'a.py': '\nimport nowhere' });
    const plan: PackPlan = {
      path: 'a.whl',
      name: 'a',
      version: '1',
      packages: [],
      extras: [],
      sizes: undefined,
      advice: [],
      optional: [],
      bringAll: [],
      kept: [],
      readers: [],
      ignored: [],
      renamed: new Map(),
      findings,
    };
    const look = { colour: createPalette(false), cwd: '/', verbose: false };
    const text = renderPackPlan(plan, packReport(plan), look);
    expect(text).toContain('    /usr/lib/python3.13/site-packages/a.py  line 2\n');
    expect(text).toContain('wheelworks openwrt why WHEEL nowhere --target 25.12');
  });
});
