import { describe, expect, it } from 'vitest';
import {
  installedName,
  packageOfModule,
  splitDefinition,
} from '../../../src/openwrt/interpreter/index.ts';
import { openWrtReleases } from '../../../src/openwrt/index.ts';

describe('the split of CPython', () => {
  it('is known for every release, for the minor version of its feed', () => {
    for (const { name, python } of openWrtReleases) {
      const definition = splitDefinition(name);
      expect(definition.minor).toBe(python.minor);
      expect(definition.packages.map((each) => each.name)).toContain('python3-base');
      expect(definition.meta).toBe('python3');
    }
  });

  it('names each path once', () => {
    for (const { name } of openWrtReleases) {
      const paths = splitDefinition(name).packages.flatMap((each) => each.paths);
      expect(paths).toEqual([...new Set(paths)]);
    }
  });

  it('follows what changed between releases', () => {
    const names = (release: string) => splitDefinition(release).packages.map((each) => each.name);
    expect(names('24.10')).toContain('python3-distutils');
    expect(names('25.12')).not.toContain('python3-distutils');
    expect(names('25.12')).toContain('python3-email');
    expect(names('master')).not.toContain('python3-email');
    expect(names('19.07')).not.toContain('libpython3');
  });

  it('has Python 2 where the release had it, and says where it is otherwise', () => {
    const definition = splitDefinition('19.07', { series: 'python' });
    expect(definition.minor).toBe('2.7');
    expect(packageOfModule(definition, 'bsddb.db')).toBe('python-db');
    expect(packageOfModule(definition, 'encodings.utf_8')).toBe('python-codecs');
    expect(() => splitDefinition('24.10', { series: 'python' })).toThrow(
      expect.objectContaining({ code: 'openwrt/no-split' }),
    );
  });

  it('puts the ABI into the name of the library package only', () => {
    const names = splitDefinition('25.12').packages.map((each) => installedName(each, '3.13'));
    expect(names.slice(0, 2)).toEqual(['libpython3-3.13', 'python3-base']);
  });
});

describe('the package of a module', () => {
  const definition = splitDefinition('master');
  it.each([
    ['urllib.request', 'python3-urllib'],
    ['email.mime.text', 'python3-urllib'],
    ['asyncio', 'python3-asyncio'],
    ['_ssl', 'python3-openssl'],
    ['ssl', 'python3-light'],
    ['_codecs_jp', 'python3-codecs'],
    ['xml.etree.ElementTree', 'python3-xml'],
    ['encodings.idna', 'python3-base'],
    ['sysconfig', 'python3-base'],
    ['_sysconfigdata__linux_x86_64-linux-musl', 'python3-base'],
    ['os', 'python3-base'],
    ['json.decoder', 'python3-light'],
    ['tkinter.ttk', undefined],
    ['webbrowser', undefined],
    ['_osx_support', undefined],
  ])('%s is in %s', (module, name) => {
    expect(packageOfModule(definition, module)).toBe(name);
  });

  it('is not that of a module whose name only begins alike', () => {
    expect(packageOfModule(definition, 'ioctl')).toBe('python3-light');
    expect(packageOfModule(definition, '_decimalx')).toBe('python3-light');
  });
});
