import { describe, expect, it } from 'vitest';
import { packageName, projectName } from '../../src/openwrt/names.ts';

/** PYPI_NAME of recipes of the feed, and the package each makes. */
const FEED = [
  ['Flask', 'python3-flask'],
  ['PyMySQL', 'python3-pymysql'],
  ['PyYAML', 'python3-yaml'],
  ['djangorestframework', 'python3-django-restframework'],
  ['dnspython', 'python3-dns'],
  ['et_xmlfile', 'python3-et_xmlfile'],
  ['pycryptodome', 'python3-cryptodome'],
  ['pycryptodomex', 'python3-cryptodomex'],
  ['pycurl', 'python3-curl'],
  ['pylibmodbus', 'python3-libmodbus'],
  ['python-dateutil', 'python3-dateutil'],
  ['python-dotenv', 'python3-dotenv'],
  ['pyuci', 'python3-uci'],
  ['ruamel.yaml', 'python3-ruamel-yaml'],
  ['typing_extensions', 'python3-typing-extensions'],
  ['zope.interface', 'python3-zope-interface'],
] as const;

describe('packageName', () => {
  it.each(FEED)('%s is %s', (project, name) => expect(packageName(project)).toBe(name));

  it('is the same for every spelling of a project', () => {
    for (const name of ['et_xmlfile', 'ET.xmlfile', 'et-xmlfile'])
      expect(packageName(name)).toBe('python3-et_xmlfile');
    expect(packageName('Python_Dateutil')).toBe('python3-dateutil');
  });

  it('drops python- at the start only, and once', () => {
    expect(packageName('pythonping')).toBe('python3-pythonping');
    expect(packageName('dbus-python')).toBe('python3-dbus-python');
    expect(packageName('python-python-x')).toBe('python3-python-x');
  });

  it('serves the Python 2 of older releases', () => {
    expect(packageName('PyYAML', 'python')).toBe('python-yaml');
  });

  it('refuses what is no name', () => {
    for (const name of ['', '-x', 'a b', '../x'])
      expect(() => packageName(name)).toThrow(
        expect.objectContaining({ code: 'openwrt/bad-name' }),
      );
  });
});

describe('projectName', () => {
  it.each(FEED)('leads back to %s from %s', (project, name) => {
    expect(projectName(name)).toBe(project.toLowerCase().replaceAll(/[-_.]+/g, '-'));
  });

  it('reads twins and Python 2 alike', () => {
    expect(projectName('python3-yaml-src')).toBe('pyyaml');
    expect(projectName('python-dateutil')).toBe('python-dateutil');
  });

  it('knows what is not for Python', () => {
    expect(projectName('libopenssl3')).toBeUndefined();
    expect(projectName('python3')).toBeUndefined();
  });
});
