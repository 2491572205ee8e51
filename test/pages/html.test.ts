import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakable,
  contents,
  entries,
  escapeHtml,
  markup,
  page,
  table,
  visible,
} from '../../src/pages/index.ts';

describe('text in a template', () => {
  it('stays text, whatever it is', () => {
    const { markup: made } = markup`<p title="${'"><script>'}">${'a < b & c'}</p>`;
    expect(made).toBe('<p title="&quot;&gt;&lt;script&gt;">a &lt; b &amp; c</p>');
  });

  it('never opens a tag or an entity, and never ends an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it.each([
    ['evil\u202efdp.so', 'evil\\u202efdp.so'],
    ['a\u0000b\u001b[31m', 'a\\u0000b\\u001b[31m'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['half \ud800', 'half \\ud800'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['na\u00efve \u4e2d \u{1f600}', 'na\u00efve \u4e2d \u{1f600}'],
  ])('%j shows what it hides: %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('puts in lists and markup as they are, and nothing for what is not there', () => {
    const items = ['a', 'b'].map((item) => markup`<li>${item}</li>`);
    const { markup: made } = markup`<ul>${items}${undefined}${false}${0}</ul>`;
    expect(made).toBe('<ul><li>a</li><li>b</li>0</ul>');
  });
});

it('a long name may break where its parts end, and is otherwise itself', () => {
  expect(breakable('a/<b>_c-1.so').markup).toBe('a/<wbr>&lt;b&gt;_<wbr>c-<wbr>1.so');
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(breakable(name).markup.replaceAll('<wbr>', '')).toBe(escapeHtml(name));
    }),
  );
});

it('entries leave out lines without text, and the list without entries', () => {
  expect(entries([{ term: 'a', lines: ['x', undefined, false, '', 'y'] }]).markup).toBe(
    '<dl class="entries"><div><dt>a</dt><dd>x</dd><dd>y</dd></div></dl>',
  );
  expect(entries([]).markup).toBe('');
});

it('contents lead to the parts, with how much is in each', () => {
  const { markup: made } = contents([
    { id: 'a', title: 'A' },
    { id: 'b', title: 'B', count: 0 },
  ]);
  expect(made).toContain('<nav aria-label="Contents">');
  expect(made).toContain('<a href="#a">A</a></li>');
  expect(made).toContain('<a href="#b">B</a> <span class="soft">0</span>');
});

describe('a page', () => {
  const made = page({ title: '<b>', description: 'd', body: markup`<h1>Hello</h1>` });

  it('lets in its own style sheet and nothing else', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(made)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(made).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
    expect(made).not.toMatch(/<script|style="|https?:|url\((?!#)/);
  });

  it('has a note at its end where there is one to make', () => {
    expect(made).not.toContain('<footer');
    const noted = page({ title: 't', description: 'd', body: markup``, note: 'a & b' });
    expect(noted).toContain('<footer>a &amp; b</footer>');
  });

  it('has a style sheet of a few kilobytes', () => {
    expect((/<style>([\s\S]*)<\/style>/.exec(made)?.[1] ?? '').length).toBeLessThan(7000);
  });

  it('has a language, a title, a main part and a way to it', () => {
    expect(made).toContain('<html lang="en">');
    expect(made).toContain('<title>&lt;b&gt;</title>');
    expect(made).toMatch(/<a class="skip" href="#content">[\s\S]*<main id="content"/);
  });
});

it('a table names its region, heads its columns and rows, and sets numbers right', () => {
  const { markup: made } = table({
    caption: 'Sizes',
    columns: [{ title: 'file' }, { title: 'size', numeric: true }, { title: 'tag', short: true }],
    rows: [
      ['a.so', 12, 'x'],
      ['b.so', 13, 'y'],
    ],
    marked: 1,
  });
  expect(made).toContain('role="region" tabindex="0" aria-label="Sizes"');
  expect(made).toContain('<th scope="row">a.so</th>');
  expect(made).toContain('<caption>Sizes</caption>');
  expect(made).toContain('<th scope="col" class="n">size</th>');
  expect(made).toContain('<td class="n">12</td><td class="t">x</td>');
  expect(made).toContain('<tr class="this"><th scope="row">b.so</th>');
});
