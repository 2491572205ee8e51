import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeDistribution, writeIndex } from '../../src/index/index.ts';
import type { Interpreter } from '../../src/python/index.ts';
import { hostPythons, writeTree } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const METADATA =
  'Metadata-Version: 2.1\r\nName: Spam.Eggs\r\nVersion: 1.0\r\nRequires-Python: >=3.6\r\nX-Odd: kept \r\n\r\nRead me ü\r\n';

let folder: string;

beforeEach(async () => {
  folder = join(await scratch(), 'ein Index ä');
  await mkdir(folder);
});

async function wheel(
  version = '1.0',
  metadata = METADATA.replace('1.0', version),
): Promise<string> {
  const path = await writeWheelFile(folder, { name: 'spam_eggs', version, metadata });
  return path.slice(folder.length + 1);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('an index', () => {
  it('has hashes, sizes, requirements and the metadata of its files, byte for byte', async () => {
    const name = await wheel();
    const [file] = await writeIndex(folder, [name]);
    expect(file).toEqual({
      filename: name,
      project: 'spam-eggs',
      version: '1.0',
      size: readFileSync(join(folder, name)).length,
      sha256: sha256(join(folder, name)),
      requiresPython: '>=3.6',
      metadataSha256: createHash('sha256').update(METADATA).digest('hex'),
      metadataSize: Buffer.byteLength(METADATA),
    });
    expect(readFileSync(join(folder, `${name}.metadata`), 'utf8')).toBe(METADATA);
    expect(readFileSync(join(folder, 'simple/spam-eggs/index.html'), 'utf8')).toContain(
      `${name}#sha256=${sha256(join(folder, name))}`,
    );
  });

  it('is replaced whole: what is not given any more is not in it', async () => {
    const [one, two] = [await wheel('1.0'), await wheel('2.0')];
    await writeIndex(folder, [one, two]);
    await writeIndex(folder, [two]);
    for (const page of ['simple/spam-eggs/index.html', 'links.html']) {
      const text = readFileSync(join(folder, page), 'utf8');
      expect([text.includes(one), text.includes(two)]).toEqual([false, true]);
    }
    expect((await readdir(folder)).filter((each) => each.startsWith('.wheelworks-'))).toEqual([]);
  });

  it('stays as it was when a wheel cannot be read', async () => {
    const name = await wheel();
    await writeIndex(folder, [name]);
    const before = readFileSync(join(folder, 'simple/spam-eggs/index.html'), 'utf8');
    await writeFile(join(folder, 'spam_eggs-3.0-py3-none-any.whl'), 'no wheel');
    const broken = writeIndex(folder, [name, 'spam_eggs-3.0-py3-none-any.whl']);
    await expect(broken).rejects.toMatchObject({ code: expect.stringMatching(/^zip\//) });
    expect(readFileSync(join(folder, 'simple/spam-eggs/index.html'), 'utf8')).toBe(before);
  });

  it.each([
    ['simple/index.html', '<html>mine</html>'],
    ['simple/other.txt', 'mine'],
    ['links.html', '<a href="x">mine</a>'],
  ])('of somebody else is not replaced: %s', async (path, text) => {
    await writeTree(folder, { [path]: text });
    const name = await wheel();
    await expect(writeIndex(folder, [name])).rejects.toMatchObject({ code: 'index/not-ours' });
    expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
    expect(existsSync(join(folder, `${name}.metadata`))).toBe(false);
  });

  it('needs METADATA', async () => {
    const path = await writeWheelFile(folder, { metadata: null });
    await expect(describeDistribution(path)).rejects.toMatchObject({ code: 'wheel/no-metadata' });
  });
});

const pythons = await hostPythons();

describe.skipIf(pythons.length === 0)('pip (skipped without a Python 3.8 that has it)', () => {
  const newest = pythons.at(-1) as Interpreter;
  let servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    servers = [];
  });

  async function install(...args: readonly string[]): Promise<string> {
    const target = join(folder, '..', 'installed');
    const options = ['--isolated', '--no-cache-dir', '--retries', '0', '--target', target];
    // Not execFileSync: the server that pip asks lives in this process.
    const { stdout } = await promisify(execFile)(
      newest.path,
      ['-m', 'pip', 'install', ...options, ...args, 'Spam_Eggs'],
      { env: { PATH: process.env['PATH'], PIP_CONFIG_FILE: '/dev/null' } },
    );
    expect(existsSync(join(target, 'pkg/__init__.py'))).toBe(true);
    return stdout;
  }

  async function serve(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      asked.push(path);
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      if (!existsSync(file)) response.writeHead(404).end();
      else {
        const type = file.endsWith('.html') ? 'text/html' : 'application/octet-stream';
        response.writeHead(200, { 'Content-Type': type }).end(readFileSync(file));
      }
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it('installs the newest version from it, as a folder', async () => {
    await writeIndex(folder, [await wheel('1.9'), await wheel('1.10')]);
    const said = await install('--index-url', pathToFileURL(join(folder, 'simple')).href);
    expect(said).toMatch(/Successfully installed Spam[._]Eggs-1\.10/);
  });

  it('installs from it over HTTP, by the metadata file alone until it has chosen', async () => {
    const name = await wheel('1.0');
    await writeIndex(folder, [name]);
    const { url, asked } = await serve();
    await install('--index-url', `${url}/simple`);
    expect(asked).toContain('/simple/spam-eggs/');
    expect(asked.indexOf(`/${name}.metadata`)).toBeLessThan(asked.indexOf(`/${name}`));
    expect(asked).toContain(`/${name}.metadata`);
  });

  it('installs from the page of links, and from a copy of it all elsewhere', async () => {
    await writeIndex(folder, [await wheel('1.0')]);
    const { url } = await serve();
    const said = await install('--no-index', '--find-links', `${url}/links.html`);
    expect(said).toContain('Successfully installed');
    const elsewhere = join(folder, '..', 'moved');
    await cp(folder, elsewhere, { recursive: true });
    await rm(folder, { recursive: true });
    await rm(join(folder, '..', 'installed'), { recursive: true });
    const again = await install('--index-url', pathToFileURL(join(elsewhere, 'simple')).href);
    expect(again).toContain('Successfully installed');
  });

  it('refuses a file that is not the one that was indexed', async () => {
    const name = await wheel('1.0');
    await writeIndex(folder, [name]);
    await wheel('1.0', METADATA.replace('kept', 'changed'));
    const installing = install('--index-url', pathToFileURL(join(folder, 'simple')).href);
    await expect(installing).rejects.toThrow(/DO NOT MATCH THE HASHES|different hash/i);
  });
});
