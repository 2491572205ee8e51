import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { makeTinyProject } from '../support/tiny-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'wheelworks-why-'));
afterAll(() => rmSync(folder, { recursive: true }));

const root = join(folder, 'root');
const site = join(root, 'usr/lib/python3.13/site-packages');
mkdirSync(join(site, 'pkg'), { recursive: true });
mkdirSync(join(site, 'pkg-1.0.dist-info'));
writeFileSync(
  join(site, 'pkg-1.0.dist-info/METADATA'),
  'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\nRequires-Dist: PyYAML>=5\n',
);
writeFileSync(
  join(site, 'pkg/__init__.py'),
  'import http.client\nimport yaml\ntry:\n    import decimal\nexcept ImportError:\n    pass\n',
);

describe('openwrt why', () => {
  it('lists dependencies with their reasons', async () => {
    const { code, out, err } = await cli(['openwrt', 'why', root, '--target', '25.12']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('pkg 1.0 on OpenWrt 25.12, Python 3.13\n');
    expect(out).toContain('python3-yaml >= 5\n    PyYAML>=5  pkg/__init__.py:2 > yaml\n');
    expect(out).toContain('pkg/__init__.py:1 > http.client > urllib.parse\n');
  });

  it('builds the wheel of an sdist to look into it', async () => {
    const { directory } = await makeTinyProject(folder);
    writeFileSync(join(directory, 'PKG-INFO'), 'Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n');
    renameSync(directory, join(folder, 'tiny-1.0'));
    execFileSync('tar', ['czf', 'tiny-1.0.tar.gz', 'tiny-1.0'], { cwd: folder });
    const asked = ['openwrt', 'why', 'tiny-1.0.tar.gz', '--target', '25.12'];
    const { code, out, err } = await cli(asked, { cwd: folder });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('tiny 1.0 on OpenWrt 25.12, Python 3.13\n');
  }, 60_000);

  it('shows the ways to a module, and fails where nothing leads', async () => {
    const asked = ['openwrt', 'why', root, 'email.parser', '--target', '25.12', '--json'];
    const { code, out } = await cli(asked);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'wheelworks.openwrt.why/1',
      module: 'email.parser',
      ways: [{ when: 'import', steps: [{ from: 'pkg', line: 1 }, { to: 'email.parser' }] }],
    });
    const maybe = await cli(['openwrt', 'why', root, 'python3-decimal', '--target', '25.12']);
    expect(maybe).toMatchObject({
      code: 0,
      out: 'used when it is there:\n  python3-decimal\n    pkg/__init__.py:4 > decimal\n',
    });
    const nowhere = await cli(['openwrt', 'why', root, 'sqlite3', '--target', '25.12']);
    expect(nowhere.code).toBe(1);
    expect(nowhere.out).toBe('Nothing leads to sqlite3.\n');
  });

  it('refuses an extra that the project does not have', async () => {
    const asked = ['openwrt', 'why', root, '--target', '25.12', '--extra', 'sokcs'];
    const { code, err } = await cli(asked);
    expect(code).not.toBe(0);
    expect(err).toContain('openwrt/unknown-extra');
    expect(err).toContain('nor any other');
  });
});
