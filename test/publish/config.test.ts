import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  publishSettingsOf,
  readPypirc,
  readVariables,
  resolveDestination,
} from '../../src/publish/index.ts';
import { serversOf } from '../../src/publish/config/pypirc.ts';
import { parseIni } from '../../src/publish/config/ini.ts';
import { hasPython, python } from '../support/python.ts';
import { scratch } from '../support/scratch.ts';

const settings = publishSettingsOf({}, 'pyproject.toml');

function servers(text: string): Record<string, unknown>[] {
  return [...serversOf(parseIni(text, '.pypirc')).values()].map(({ password, ...rest }) => ({
    ...rest,
    ...(password === undefined ? {} : { password: password.reveal() }),
  }));
}

const SAMPLES: readonly string[] = [
  '[distutils]\nindex-servers =\n    pypi\n    here\n\n[pypi]\nusername = __token__\npassword = pypi-abc%def\n[here]\nrepository: http://127.0.0.1/legacy/\nUserName = me\npassword = a = b ; c # d\n',
  '[server-login]\nusername:old\npassword:secret\n',
  '[pypi]\npassword = pypi-first\n  second line\n\n  third\nusername=x\n',
  '# comment\n[DEFAULT]\nusername = everybody\n[pypi]\n; comment\npassword =\n',
  '[distutils]\nindex-servers = a  b\n[a]\nrepository = https://a.example/\n',
  '\uFEFF[pypi]\r\nusername = crlf\r\npassword = x\r\n',
];

const REFERENCE = `
import configparser, json, sys
result = []
for text in json.load(sys.stdin):
    parser = configparser.RawConfigParser()
    parser.read_string(text.lstrip("\\ufeff"))
    login = {k: parser.get("server-login", k, fallback=None) for k in ("username", "password")}
    names = parser.get("distutils", "index-servers", fallback="pypi testpypi").split()
    rows = []
    for name in names:
        row = dict(login, name=name)
        for key in ("username", "repository", "password"):
            if parser.has_option(name, key):
                row[key] = parser.get(name, key)
        rows.append({k: v for k, v in row.items() if v})
    result.append(rows)
print(json.dumps(result))
`;

describe('.pypirc', () => {
  it.skipIf(!hasPython)('is read as RawConfigParser does (python3)', () => {
    const script = REFERENCE.replace('json.load(sys.stdin)', 'json.loads(sys.argv[1])');
    const expected = JSON.parse(python(script, [JSON.stringify(SAMPLES)])) as unknown[];
    expect(SAMPLES.map(servers)).toEqual(expected);
  });

  it.each([
    ['a line before any section', 'password = s3cr3t\n'],
    ['a line that is nothing', '[pypi]\ns3cr3t\n'],
    ['an option twice', '[pypi]\npassword = s3cr3t\npassword = s3cr3t\n'],
    ['a section twice', '[pypi]\npassword = s3cr3t\n[pypi]\n'],
  ])('with %s is refused and not shown', (_, text) => {
    let message = '';
    try {
      parseIni(text, '.pypirc');
    } catch (error) {
      message = JSON.stringify(error);
    }
    expect(message).toContain('config/bad-pypirc');
    expect(message).not.toContain('s3cr3t');
  });

  it.skipIf(process.platform === 'win32')('that others may read is told', async () => {
    const path = join(await scratch(), '.pypirc');
    await writeFile(path, '[pypi]\npassword = x\n', { mode: 0o644 });
    expect((await readPypirc(path, 'linux'))?.isOpenToOthers).toBe(true);
    await chmod(path, 0o600);
    expect((await readPypirc(path, 'linux'))?.isOpenToOthers).toBe(false);
    expect(await readPypirc(`${path}-not`, 'linux')).toBeUndefined();
  });
});

describe('the variables of twine and uv', () => {
  it('are one', () => {
    const { repositoryUrl, password, isToken } = readVariables({
      UV_PUBLISH_URL: 'https://a.example/',
      UV_PUBLISH_TOKEN: 'pypi-x',
      TWINE_REPOSITORY: '',
    });
    expect(repositoryUrl).toEqual({ variable: 'UV_PUBLISH_URL', value: 'https://a.example/' });
    expect(password?.value.reveal()).toBe('pypi-x');
    expect(isToken).toBe(true);
  });

  it.each([
    { TWINE_PASSWORD: 's3cr3t-1', UV_PUBLISH_PASSWORD: 's3cr3t-2' },
    { TWINE_PASSWORD: 's3cr3t-1', UV_PUBLISH_TOKEN: 's3cr3t-2' },
    { TWINE_REPOSITORY_URL: 'https://a.example/', UV_PUBLISH_URL: 'https://b.example/' },
    { UV_PUBLISH_TOKEN: 's3cr3t', TWINE_USERNAME: 'me' },
  ])('that contradict each other are refused: %o', (env) => {
    let text = '';
    try {
      readVariables(env);
    } catch (error) {
      text = JSON.stringify(error);
    }
    expect(text).toContain('config/variables-contradict');
    for (const name of Object.keys(env)) expect(text).toContain(name);
    expect(text).not.toContain('s3cr3t');
  });
});

describe('the settings of a project', () => {
  it('name indexes of uv', () => {
    const { uvIndexes } = publishSettingsOf(
      {
        uvIndex: [
          { name: 'a', url: 'https://a.example/simple/', 'publish-url': 'https://a.example/' },
          { url: 'x' },
        ],
      },
      'p',
    );
    expect(uvIndexes).toEqual([
      { name: 'a', url: 'https://a.example/simple/', publishUrl: 'https://a.example/' },
    ]);
  });

  it.each([
    [{ password: 's3cr3t' }, 'config/secret-in-project'],
    [{ repositry: 'x' }, 'config/unknown-setting'],
    [{ repository: 1 }, 'config/bad-pyproject'],
  ])('%o are refused', (publish, code) => {
    expect(() => publishSettingsOf({ publish }, 'p')).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

describe('the destination', () => {
  const variables = readVariables({});
  const pypirc = {
    path: '/home/me/.pypirc',
    isOpenToOthers: false,
    servers: serversOf(
      parseIni(
        '[distutils]\nindex-servers = pypi testpypi here bare\n[here]\nrepository = https://here.example/legacy/\n[bare]\nusername = x\n',
        'p',
      ),
    ),
  };

  it('is PyPI when nothing is said', () => {
    const { name, isPyPI, upload, site } = resolveDestination({ variables, settings });
    expect({ name, isPyPI }).toEqual({ name: 'pypi', isPyPI: true });
    expect(new URL(upload).pathname).toBe('/legacy/');
    expect(site).toBeDefined();
  });

  it('is known by its address, too', () => {
    const { upload } = resolveDestination({ repository: 'testpypi', variables, settings });
    expect(
      resolveDestination({ repositoryUrl: upload.replace(/\/$/, ''), variables, settings }),
    ).toMatchObject({ name: 'testpypi', isPyPI: true });
  });

  it('is taken from the command line, the environment, pyproject.toml, in this order', () => {
    const env = readVariables({ TWINE_REPOSITORY: 'testpypi' });
    const own = publishSettingsOf({ publish: { repository: 'here' } }, 'p');
    const all = { variables: env, settings: own, pypirc };
    expect(resolveDestination({ ...all, repository: 'pypi' }).name).toBe('pypi');
    expect(resolveDestination(all).name).toBe('testpypi');
    expect(resolveDestination({ ...all, variables }).name).toBe('here');
  });

  it('of .pypirc has its list of projects beside the upload address', () => {
    expect(resolveDestination({ repository: 'here', variables, settings, pypirc })).toMatchObject({
      name: 'here',
      upload: 'https://here.example/legacy/',
      index: 'https://here.example/simple/',
      isIndexGuessed: true,
      isPyPI: false,
    });
  });

  it('of uv has its own list', () => {
    const own = publishSettingsOf(
      {
        uvIndex: [{ name: 'a', url: 'https://a.example/s/', 'publish-url': 'https://a.example/u' }],
      },
      'p',
    );
    expect(resolveDestination({ repository: 'a', variables, settings: own })).toMatchObject({
      upload: 'https://a.example/u',
      index: 'https://a.example/s/',
      isIndexGuessed: false,
    });
  });

  it.each([
    [{ repository: 'pipy' }, 'config/unknown-repository'],
    [{ repository: 'bare' }, 'config/unknown-repository'],
    [{ repositoryUrl: 'ftp://a.example/' }, 'http/bad-url'],
    [{ repositoryUrl: 'https://me:pw@a.example/' }, 'http/bad-url'],
    [{ repositoryUrl: 'http://a.example/legacy/' }, 'publish/insecure'],
  ])('%o is refused', (request, code) => {
    expect(() => resolveDestination({ ...request, variables, settings, pypirc })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});
