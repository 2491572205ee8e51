import { describe, expect, it } from 'vitest';
import { judgeDescription } from '../../../src/check/description/index.ts';

async function gfm(text: string): Promise<string | undefined> {
  return (await judgeDescription(text, 'text/markdown')).html?.trim();
}

async function commonMark(text: string): Promise<string | undefined> {
  return (await judgeDescription(text, 'text/markdown; variant=CommonMark')).html?.trim();
}

describe("GitHub's Markdown", () => {
  it('has tables with alignment', async () => {
    const table = '| a | b | c |\n| :-- | --: | --- |\n| 1 | `2` | 3 |';
    expect(await gfm(table)).toContain(
      '<td align="left">1</td>\n<td align="right"><code>2</code></td>\n<td>3</td>',
    );
    expect(await commonMark(table)).not.toContain('<table>');
  });

  it('strikes through', async () => {
    expect(await gfm('a ~~b~~ c')).toBe('<p>a <del>b</del> c</p>');
    expect(await commonMark('a ~~b~~ c')).toBe('<p>a ~~b~~ c</p>');
  });

  it.each([
    ['https://example.org/a?b=c.', 'https://example.org/a?b=c'],
    ['www.example.org/a,', 'http://www.example.org/a'],
    ['(www.example.org/a_(b))', 'http://www.example.org/a_(b)'],
    ['me@example.org', 'mailto:me@example.org'],
  ])('links %s', async (text, href) => {
    expect(await gfm(`see ${text} there`)).toContain(`<a href="${href}" rel="nofollow">`);
    expect(await commonMark(`see ${text} there`)).not.toContain('<a');
  });

  it.each(['setup.py', 'www.', 'example.org', '127.0.0.1', 'numpy.random'])(
    'does not link %s',
    async (text) => {
      expect(await gfm(`see ${text} there`)).toBe(`<p>see ${text} there</p>`);
    },
  );

  it('has boxes in lists, and nowhere else', async () => {
    const html = await gfm('- [ ] a\n- [x] b\n- c [x] d\n\n[x] e');
    expect(html).toContain('<li><input type="checkbox" disabled /> a</li>');
    expect(html).toContain('<li><input type="checkbox" checked disabled /> b</li>');
    expect(html).toContain('<li>c [x] d</li>');
    expect(html).toContain('<p>[x] e</p>');
  });

  it.each(['note', 'tip', 'important', 'warning', 'caution'])('has alerts: %s', async (kind) => {
    const html = await gfm(`> [!${kind.toUpperCase()}]\n> a **b**\n>\n> > c`);
    expect(html).toMatch(
      new RegExp(`^<aside class="admonition ${kind}">\n<p class="admonition-title">`),
    );
    expect(html).toContain(
      '<p>a <strong>b</strong></p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</aside>',
    );
  });

  it('takes other quotations for quotations', async () => {
    expect(await gfm('> [!OTHER]\n> a')).toBe('<blockquote>\n<p>[!OTHER]\na</p>\n</blockquote>');
    expect(await gfm('> [!NOTE] a')).toBe('<blockquote>\n<p>[!NOTE] a</p>\n</blockquote>');
    expect(await commonMark('> [!NOTE]\n> a')).toContain('<blockquote>');
  });

  it('numbers footnotes by their first reference and links both ways', async () => {
    const html = await gfm(
      'a[^x] b[^1] c[^x] d[^none]\n\n[^1]: one\n[^x]: two *words*\n    more\n[^unused]: three',
    );
    expect(html).toContain(
      '<a href="#user-content-fn-1" id="user-content-fnref-1" rel="nofollow">1</a>',
    );
    expect(html).toContain(
      '<a href="#user-content-fn-2" id="user-content-fnref-2" rel="nofollow">2</a>',
    );
    expect(html).toContain('id="user-content-fnref-1-2"');
    expect(html).toContain('d[^none]');
    expect(html).toMatch(/<li id="user-content-fn-1">\n<p>two <em>words<\/em>\nmore<\/p>/);
    expect(html).toMatch(/<li id="user-content-fn-2">\n<p>one<\/p>/);
    expect(html).not.toContain('three');
  });

  it('survives a footnote that refers to itself', async () => {
    expect(await gfm('a[^x]\n\n[^x]: b[^x]')).toContain('<p>b[^x]</p>');
  });

  it('gives headings ids that links find, each its own', async () => {
    const html = await gfm(
      '# It is `here`, *now*!\n\n## Ünï 1_2\n\n## Ünï 1_2\n\n[a](#it-is-here-now)',
    );
    expect(html).toContain('<h1 id="user-content-it-is-here-now">');
    expect(html).toContain('<h2 id="user-content-ünï-1_2">');
    expect(html).toContain('<h2 id="user-content-ünï-1_2-1">');
    expect(html).toContain('<a href="#user-content-it-is-here-now" rel="nofollow">');
  });

  it('shows the tags that the filter stops', async () => {
    expect(await gfm('a <title>b</title> <TextArea> c')).toBe(
      '<p>a &lt;title&gt;b&lt;/title&gt; &lt;TextArea&gt; c</p>',
    );
    expect(await gfm('<b>a</b> <titled>')).toBe('<p><b>a</b> </p>');
  });

  it('keeps HTML that is harmless', async () => {
    expect(await gfm('<p align="center">\n  <img src="a.png" width="50%">\n</p>')).toBe(
      '<p align="center">\n  <img src="a.png" width="50%" />\n</p>',
    );
  });
});

describe('what judges Markdown', () => {
  it('fails only what has no output', async () => {
    expect(await judgeDescription('\n\n  \n', 'text/markdown')).toEqual({
      verdict: 'fails',
      problem: 'There is nothing in it to show.',
    });
    expect((await judgeDescription('[a]: https://example.org', 'text/markdown')).verdict).toBe(
      'fails',
    );
    // The sanitiser empties it after PyPI has looked.
    expect(await judgeDescription('<!-- a -->', 'text/markdown')).toEqual({
      verdict: 'renders',
      html: '',
    });
  });

  it('shows plain text as it is', async () => {
    expect(await judgeDescription('a <b>\n"c" & \'d\'', 'text/plain')).toEqual({
      verdict: 'renders',
      html: '<pre>a &lt;b&gt;<br>&quot;c&quot; &amp; &#x27;d&#x27;</pre>',
    });
  });

  it.each(['text/html', 'text/markdown; variant=Other', 'text/plain; charset=latin-1'])(
    'fails the content type %s',
    async (type) => {
      const { verdict, problem } = await judgeDescription('a', type);
      expect(verdict).toBe('fails');
      expect(problem).toMatch(/^Description-Content-Type: /);
    },
  );
});
