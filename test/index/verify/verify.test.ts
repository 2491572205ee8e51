import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseChannel, parseYank, verifyIndex } from '../../../src/index/index.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { indexOf, serveFolder, serverFor } from '../../support/index-lab.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

const WHEEL = 'files/spam/spam-1.0-py3-none-any.whl';
const HTML = 'simple/spam/index.html';
const JSON_PAGE = 'simple/spam/index.json';

let out: string;

beforeEach(async () => {
  const root = await scratch();
  const dist = join(root, 'dist');
  out = join(root, 'out');
  await mkdir(dist);
  const metadata = 'Metadata-Version: 2.1\nName: spam\nVersion: 1.0\nRequires-Python: >=3.9\n\n';
  await writeWheelFile(dist, { name: 'spam', version: '1.0', metadata });
  await indexOf([dist], out, { yanks: [parseYank('spam==1.0=')] });
});

function edit(path: string, change: (text: string) => string): void {
  const place = join(out, path);
  const before = readFileSync(place, 'latin1');
  const after = change(before);
  // A change that changes nothing would prove nothing.
  expect(after).not.toBe(before);
  writeFileSync(place, after, 'latin1');
}

/** The same change to both forms of the page. */
function editBoth(change: (text: string) => string): void {
  edit(HTML, change);
  edit(JSON_PAGE, change);
}

async function codes(place = out, files = true): Promise<readonly string[]> {
  const { findings } = await verifyIndex(place, { jobs: 2, events: ignoreEvents, files });
  return [...new Set(findings.map(({ code }) => code))].sort();
}

function digest(path: string): string {
  return createHash('sha256')
    .update(readFileSync(join(out, path)))
    .digest('hex');
}

/** Code, what is broken, and what else is found then. */
const BROKEN: readonly (readonly [
  code: string,
  damage: () => unknown,
  more?: readonly string[],
])[] = [
  [
    'index/wrong-digest',
    () => {
      editBoth((text) => text.replaceAll(digest(WHEEL), '0'.repeat(64)));
    },
  ],
  ['index/missing-file', () => rm(join(out, WHEEL))],
  ['index/missing-metadata', () => rm(join(out, `${WHEEL}.metadata`))],
  [
    'index/wrong-metadata-digest',
    () => {
      const told = digest(`${WHEEL}.metadata`);
      editBoth((text) => text.replaceAll(told, '0'.repeat(64)));
    },
  ],
  [
    'index/foreign-metadata',
    () => {
      const told = digest(`${WHEEL}.metadata`);
      edit(`${WHEEL}.metadata`, (text) => `${text}more\n`);
      const now = digest(`${WHEEL}.metadata`);
      editBoth((text) => text.replaceAll(told, now));
    },
  ],
  [
    'index/wrong-size',
    () => {
      edit(JSON_PAGE, (text) => text.replace(/"size": ?\d+/, '"size":7'));
    },
  ],
  [
    'index/unreadable-wheel',
    () => {
      const told = digest(WHEEL);
      edit(WHEEL, (text) => text.replace('PK\x05\x06', 'PK\x05\x07'));
      const now = digest(WHEEL);
      editBoth((text) => text.replaceAll(told, now));
    },
  ],
  [
    'index/bad-requires-python',
    () => {
      editBoth((text) => text.replaceAll(/(?:&gt;|>)=3\.9/g, 'three'));
    },
  ],
  [
    'index/bare-yanked',
    () => {
      edit(HTML, (text) => text.replace('data-yanked=""', 'data-yanked'));
    },
  ],
  [
    'index/no-digest',
    () => {
      const told = digest(WHEEL);
      edit(HTML, (text) => text.replaceAll(`#sha256=${told}`, ''));
      edit(JSON_PAGE, (text) => text.replace(new RegExp(`"sha256": ?"${told}"`), ''));
    },
  ],
  [
    'index/pages-disagree',
    () => {
      edit(JSON_PAGE, (text) => text.replace('>=3.9', '>=3.10'));
    },
  ],
  [
    'index/pages-disagree',
    () => {
      edit('simple/index.json', (text) => text.replace('"spam"', '"eggs"'));
    },
  ],
  [
    'index/no-versions',
    () => {
      edit(JSON_PAGE, (text) => text.replace(/"versions": ?\[\s*"1\.0"\s*\]/, '"versions":[]'));
    },
  ],
  ['index/missing-page', () => rm(join(out, HTML)), ['index/links-disagree']],
  [
    'index/unreadable-page',
    () => {
      edit(JSON_PAGE, () => 'no JSON');
    },
    ['index/links-disagree'],
  ],
  [
    'index/name-not-normalised',
    () => {
      edit('simple/index.html', (text) => text.replace('href="spam/"', 'href="Spam/"'));
      edit('simple/index.json', (text) => text.replace('"spam"', '"Spam"'));
    },
  ],
  [
    'index/anchor-without-href',
    () => {
      edit(HTML, (text) => text.replace('<h1>', '<a name="top">top</a><h1>'));
    },
  ],
  [
    'index/odd-fragment',
    () => {
      edit(HTML, (text) => text.replace('href="../"', 'href="../#top"'));
    },
  ],
  [
    'index/wrong-project',
    () => {
      const rename = (text: string): string => text.replaceAll('spam-1.0-py3', 'eggs-1.0-py3');
      editBoth(rename);
      edit('links.html', rename);
    },
    ['index/missing-file', 'index/missing-metadata'],
  ],
  [
    'index/odd-address',
    () => {
      editBoth((text) => text.replaceAll('../../files/', 'ftp://127.0.0.1/files/'));
    },
  ],
  [
    'index/links-disagree',
    () => {
      edit('links.html', (text) => text.replaceAll('spam-1.0-py3', 'spam-2.0-py3'));
    },
  ],
];

describe('verify', () => {
  it('has nothing to say of an index as it is made, in a folder and over http', async () => {
    expect(await codes()).toEqual([]);
    expect(await codes(out, false)).toEqual([]);
    expect(await codes((await serveFolder(out)).url)).toEqual([]);
  });

  it.each(BROKEN.map(([code, damage, more = []]) => ({ code, damage, more })))(
    'finds $code',
    async ({ code, damage, more }) => {
      await damage();
      expect(await codes()).toEqual([code, ...more].sort());
    },
  );

  it('looks whether files are there, and how long they are, without reading them', async () => {
    edit(WHEEL, (text) => `${text}more`);
    expect(await codes(out, false)).toEqual(['index/wrong-size']);
    await rm(join(out, WHEEL));
    expect(await codes(out, false)).toEqual(['index/missing-file']);
  });

  it('refuses what is no index', async () => {
    await rm(join(out, 'simple'), { recursive: true });
    await rm(join(out, 'links.html'));
    await expect(codes()).rejects.toMatchObject({ code: 'index/no-index' });
  });
});

describe('verify of what is no index, or one of several', () => {
  it('refuses a listing of folders without a single file', async () => {
    const url = await serverFor(({ url: path = '' }, response) => {
      const isThere = ['/', '/dist/', '/src/'].includes(path);
      response.writeHead(isThere ? 200 : 404, { 'content-type': 'text/html' });
      response.end('<html><body><a href="dist/">dist/</a> <a href="src/">src/</a></body></html>');
    });
    await expect(codes(url)).rejects.toMatchObject({ code: 'index/no-index' });
  });

  it('takes an index that has no project, if it says that it is one', async () => {
    await indexOf([], join(out, 'none'), { allowEmpty: true });
    expect(await codes(join(out, 'none'))).toEqual([]);
  });

  it('goes through every channel of a tree', async () => {
    const tree = join(out, 'tree');
    const channels = [parseChannel('stable'), parseChannel('nightly=all')];
    await indexOf([join(out, '../dist')], tree, { channels });
    expect(await codes(tree)).toEqual([]);
    await rm(join(tree, 'nightly/simple/spam/index.html'));
    expect(await codes(tree)).toContain('index/missing-page');
  });
});

describe('verify over http', () => {
  it('goes on where a host does not answer, and still finds the rest', async () => {
    const gone = 'http://127.0.0.1:1/';
    editBoth((text) => text.replaceAll('../../files/', gone));
    edit('simple/index.html', (text) => text.replace('href="spam/"', 'href="Spam/"'));
    edit('simple/index.json', (text) => text.replace('"spam"', '"Spam"'));
    expect(await codes()).toEqual(['index/name-not-normalised', 'index/unreachable']);
  });

  it('finds pages of a type that installers refuse', async () => {
    const { url } = await serveFolder(out, () => 'text/plain');
    expect(await codes(url)).toEqual(['index/content-type']);
  });

  it('finds what the server does not have', async () => {
    await rm(join(out, WHEEL));
    expect(await codes((await serveFolder(out)).url)).toEqual(['index/missing-file']);
  });

  it('does not read files of this machine that a page names', async () => {
    const there = `file://${join(out, 'files')}/`;
    editBoth((text) => text.replaceAll('../../files/', there));
    expect(await codes()).toEqual([]);
    expect(await codes((await serveFolder(out)).url)).toEqual(['index/odd-address']);
  });
});
