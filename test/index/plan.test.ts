import { describe, expect, it } from 'vitest';
import { planIndex, type IndexedFile } from '../../src/index/index.ts';
import { hasPython, python } from '../support/python.ts';

const SHA = 'ab'.repeat(32);

function file(filename: string, changes: Partial<IndexedFile> = {}): IndexedFile {
  const [name = '', version = ''] = filename.split('-');
  return {
    filename,
    project: name.replaceAll('_', '-').toLowerCase(),
    version,
    size: 123,
    sha256: SHA,
    metadataSha256: 'cd'.repeat(32),
    ...changes,
  };
}

const FILES = [
  file('spam_eggs-1.10.0-py3-none-any.whl'),
  file('spam_eggs-1.9.0-py3-none-any.whl', { requiresPython: '>=3.8,<4 & "x"' }),
  file('spam_eggs-1.9.0-cp312-cp312-manylinux_2_17_x86_64.whl'),
  file('ham-1.0+local.1-py3-none-any.whl', { version: '1.0+local.1' }),
];

describe('the pages', () => {
  const pages = planIndex(FILES);

  it('are one root, two of each project, and one of everything', () => {
    expect([...pages.keys()].sort()).toEqual([
      'links.html',
      'simple/ham/index.html',
      'simple/ham/index.json',
      'simple/index.html',
      'simple/index.json',
      'simple/spam-eggs/index.html',
      'simple/spam-eggs/index.json',
    ]);
  });

  it('are the same for the same files in any order', () => {
    expect([...planIndex(FILES.toReversed())]).toEqual([...pages]);
  });

  it('list versions in their own order, the newest last', () => {
    const page = JSON.parse(pages.get('simple/spam-eggs/index.json') ?? '') as {
      versions: string[];
      files: { filename: string; size: number; hashes: object }[];
    };
    expect(page).toMatchObject({ meta: { 'api-version': '1.4' }, name: 'spam-eggs' });
    expect(page.versions).toEqual(['1.9.0', '1.10.0']);
    expect(page.files.map(({ filename }) => filename)).toEqual([
      'spam_eggs-1.9.0-cp312-cp312-manylinux_2_17_x86_64.whl',
      'spam_eggs-1.9.0-py3-none-any.whl',
      'spam_eggs-1.10.0-py3-none-any.whl',
    ]);
    expect(page.files[1]).toEqual({
      filename: 'spam_eggs-1.9.0-py3-none-any.whl',
      url: '../../spam_eggs-1.9.0-py3-none-any.whl',
      hashes: { sha256: SHA },
      size: 123,
      'requires-python': '>=3.8,<4 & "x"',
      'core-metadata': { sha256: 'cd'.repeat(32) },
    });
    // uv refuses a page with null.
    expect(pages.get('simple/spam-eggs/index.json')).not.toContain('null');
  });

  it('escape plus signs in links and keep them in text', () => {
    const page = pages.get('simple/ham/index.html') ?? '';
    expect(page).toContain(`href="../../ham-1.0%2Blocal.1-py3-none-any.whl#sha256=${SHA}"`);
    expect(page).toContain('>ham-1.0+local.1-py3-none-any.whl</a>');
  });

  it('of nothing are an empty index', () => {
    expect([...planIndex([]).keys()].sort()).toEqual([
      'links.html',
      'simple/index.html',
      'simple/index.json',
    ]);
  });

  it.skipIf(!hasPython)('are HTML that gives every attribute back (skipped without Python)', () => {
    const script = `
import json, sys
from html.parser import HTMLParser
class Anchors(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.open, self.meta = [], None, {}
    def handle_starttag(self, tag, attrs):
        if tag == 'a': self.open = dict(attrs)
        if tag == 'meta': self.meta[dict(attrs).get('name')] = dict(attrs).get('content')
    def handle_data(self, data):
        if self.open is not None: self.open['text'] = data
    def handle_endtag(self, tag):
        if tag == 'a': self.found.append(self.open); self.open = None
parser = Anchors()
parser.feed(sys.argv[1])
print(json.dumps([parser.meta.get('pypi:repository-version'), parser.found]))
`;
    const read = (path: string): unknown => JSON.parse(python(script, [pages.get(path) ?? '']));
    expect(read('simple/index.html')).toEqual([
      '1.4',
      [
        { href: 'ham/', text: 'ham' },
        { href: 'spam-eggs/', text: 'spam-eggs' },
      ],
    ]);
    expect(read('simple/spam-eggs/index.html')).toEqual([
      '1.4',
      expect.arrayContaining([
        {
          href: `../../spam_eggs-1.9.0-py3-none-any.whl#sha256=${SHA}`,
          'data-requires-python': '>=3.8,<4 & "x"',
          'data-core-metadata': `sha256=${'cd'.repeat(32)}`,
          'data-dist-info-metadata': `sha256=${'cd'.repeat(32)}`,
          text: 'spam_eggs-1.9.0-py3-none-any.whl',
        },
      ]),
    ]);
    const [, links] = read('links.html') as [string, { href: string }[]];
    expect(links.map(({ href }) => href.split('#')[0])).toEqual([
      'ham-1.0%2Blocal.1-py3-none-any.whl',
      'spam_eggs-1.9.0-cp312-cp312-manylinux_2_17_x86_64.whl',
      'spam_eggs-1.9.0-py3-none-any.whl',
      'spam_eggs-1.10.0-py3-none-any.whl',
    ]);
  });
});
