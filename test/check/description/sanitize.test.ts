import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeDescription, sanitizeDescription } from '../../../src/check/description/index.ts';
import { openTagsOf, unsafeThings } from './safe-html.ts';

const ATTACKS: readonly (readonly [what: string, html: string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['a script with a blank in its name', '<script >alert(1)</script >'],
  ['a script in capitals', '<ScRiPt>alert(1)</sCrIpT>'],
  ['a script that is not closed', '<script>alert(1)'],
  ['a script inside of a tag', '<<script>script>alert(1)</script>'],
  ['what becomes a script when one is taken out', '<scr<script>ipt>alert(1)</scr</script>ipt>'],
  ['an event of an image', '<img src=x onerror=alert(1)>'],
  ['an event behind a slash', '<img/src=x/onerror=alert(1)>'],
  ['an event without quotes and blanks', '<p id="a"onclick=alert(1)>b</p>'],
  ['an event of details', '<details open ontoggle=alert(1)><summary>a</summary></details>'],
  ['an event in capitals', '<a ONCLICK="alert(1)">a</a>'],
  ['a javascript link', '<a href="javascript:alert(1)">a</a>'],
  ['a javascript link with a blank before', '<a href=" javascript:alert(1)">a</a>'],
  ['a javascript link with a tab inside', '<a href="java&#9;script:alert(1)">a</a>'],
  ['a javascript link with a line end inside', '<a href="java\nscript:alert(1)">a</a>'],
  ['a javascript link in entities', '<a href="&#106;&#x61;vascript&colon;alert(1)">a</a>'],
  ['a javascript link with a null', '<a href="java\0script:alert(1)">a</a>'],
  ['a javascript link behind a control character', '<a href="&#1;javascript:alert(1)">a</a>'],
  ['a vbscript link', '<a href="vbscript:msgbox(1)">a</a>'],
  ['a data link', '<a href="data:text/html,<script>alert(1)</script>">a</a>'],
  ['a data image', '<img src="data:image/svg+xml;base64,PHN2Zz4=">'],
  ['a source set', '<img src="x.png" srcset="javascript:alert(1)">'],
  ['SVG', '<svg onload=alert(1)><script>alert(1)</script></svg>'],
  ['SVG with a link', '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>'],
  [
    'SVG that changes a link',
    '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  ],
  [
    'MathML',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  ],
  ['a style element', '<style>@import "https://example.org/x.css";</style>'],
  ['a style attribute', '<p style="background:url(javascript:alert(1))">a</p>'],
  ['a base', '<base href="https://example.org/">'],
  ['a refresh', '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">'],
  ['a style sheet', '<link rel="stylesheet" href="https://example.org/x.css">'],
  [
    'a form',
    '<form action="https://example.org"><input type="password" name="p"><button>go</button></form>',
  ],
  ['an input that is no box', '<input type="image" src="x" onfocus="alert(1)" autofocus>'],
  ['an iframe', '<iframe src="javascript:alert(1)"></iframe>'],
  ['an iframe with a document', '<iframe srcdoc="&lt;script>alert(1)&lt;/script>"></iframe>'],
  ['an object', '<object data="x.swf"><param name=a value=b></object>'],
  ['an embed', '<embed src="javascript:alert(1)">'],
  ['a template', '<template><script>alert(1)</script></template>'],
  ['noscript, parsed in two ways', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'],
  [
    'a text area that ends early',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
  ],
  ['a title that ends early', '<title><a title="</title><img src=x onerror=alert(1)>"></title>'],
  ['xmp', '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>'],
  ['plaintext', '<plaintext><script>alert(1)</script>'],
  ['a comment that ends early', '<!--><img src=x onerror=alert(1)>-->'],
  ['a comment with a bang', '<!-- --!><img src=x onerror=alert(1)> -->'],
  ['a conditional comment', '<!--[if gte IE 4]><script>alert(1)</script><![endif]-->'],
  ['CDATA', '<![CDATA[<img src=x onerror=alert(1)>]]>'],
  [
    'a processing instruction',
    '<?xml-stylesheet href="javascript:alert(1)"?><? ><img src=x onerror=alert(1)>',
  ],
  ['quotes in an attribute', '<img alt="\'&quot; onerror=alert(1) x=&quot;" src=x>'],
  ['a back quote', '<img alt="`><script>alert(1)</script>`" src=x>'],
  [
    'tags closed that are not open',
    '</div></section></main></body></html><script>alert(1)</script>',
  ],
  ['tags that are not closed', '<div><table><tr><td><ul><li><b><i>a'],
  ['an element of its own', '<x-evil onclick=alert(1)>a</x-evil>'],
  ['a prototype', '<p __proto__="a" constructor="b" id="c">d</p>'],
  [
    'markup in Markdown links',
    '[a](javascript:alert(1)) [b](<javascript:alert(1)>) ![c](data:text/html,x)',
  ],
  ['entities in Markdown links', '[a](&#x6A;avascript:alert(1)) [b](java&Tab;script:alert(1))'],
  ['a Markdown link defined elsewhere', '[a][b]\n\n[b]: javascript:alert(1)'],
  ['a Markdown autolink', '<javascript:alert(1)> <data:text/html,a>'],
  ['quotes in a Markdown title', '[a](https://example.org "\\" onclick=alert(1) \\"")'],
  ['quotes in the language of code', '```"onclick=alert(1)\ncode\n```'],
  ['a class of the page', '<div class="ww-toolbar nav-top">a</div>'],
  ['markup in a footnote', 'a[^"><script>]\n\n[^"><script>]: <script>alert(1)</script>'],
  ['markup in a heading', '# <img src=x onerror=alert(1)> "><script>'],
  ['markup in a table', '| a |\n| --- |\n| <img src=x onerror=alert(1)> |'],
  ['markup in an alert', '> [!NOTE]\n> <script>alert(1)</script>'],
];

describe('sanitizeDescription', () => {
  it.each(ATTACKS)('leaves nothing of %s', (_what, html) => {
    expect(unsafeThings(sanitizeDescription(html))).toEqual([]);
  });

  it.each(ATTACKS)('leaves nothing of %s in Markdown', async (_what, text) => {
    for (const type of ['text/markdown', 'text/markdown; variant=CommonMark', 'text/plain']) {
      const { html = '' } = await judgeDescription(text, type);
      expect(unsafeThings(html)).toEqual([]);
    }
  });

  it('keeps what READMEs are made of', () => {
    const html =
      '<h1 align="center">a</h1>\n<p><a href="https://example.org/x?a=1&amp;b=2" title="t" rel="nofollow">b</a>' +
      '<img src="docs/logo.png" alt="c" width="200" /></p>\n' +
      '<details><summary>d</summary><pre><code class="language-python">e</code></pre></details>' +
      '<table><tbody><tr><td align="right" colspan="2">f</td></tr></tbody></table>';
    expect(sanitizeDescription(html)).toBe(html);
  });

  it('keeps the text of elements it leaves out', () => {
    expect(sanitizeDescription('<marquee>a <b>b</b></marquee>')).toBe('a <b>b</b>');
    expect(sanitizeDescription('<script>a</script>b<style>c</style>')).toBe('b');
  });

  it('links nowhere but to the web, to mail and within', () => {
    const linked = (href: string): string => sanitizeDescription(`<a href="${href}">x</a>`);
    for (const href of ['http://a', 'https://a', 'mailto:a@b', '//a/b', '/a', 'a/b', '?a'])
      expect(linked(href)).toBe(`<a href="${href}" rel="nofollow">x</a>`);
    for (const href of ['ftp://a', 'file:///a', 'tel:1', 'blob:a', 'about:blank', 'a:b'])
      expect(linked(href)).toBe('<a rel="nofollow">x</a>');
  });

  it('puts a prefix before every id and every link to one, once', () => {
    const once = '<h2 id="user-content-a">a</h2><a href="#user-content-a" rel="nofollow">b</a>';
    expect(sanitizeDescription('<h2 id="a">a</h2><a href="#a">b</a>')).toBe(once);
    expect(sanitizeDescription(once)).toBe(once);
  });

  it('has no input but a disabled box', () => {
    expect(sanitizeDescription('<input type="CheckBox" checked name="a">')).toBe(
      '<input type="checkbox" checked disabled />',
    );
    expect(sanitizeDescription('<input><input type="text"><input type="submit">')).toBe('');
  });

  it('gives safe and balanced HTML whatever it gets', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '</',
        '/>',
        '"',
        "'",
        '=',
        ' ',
        '&',
        ';',
        '#',
        '\0',
        '\t',
        '\n',
        '`',
        '<!--',
        '-->',
        '<a ',
        '<p>',
        '</p>',
        '<b>',
        '<div ',
        '</div>',
        '<table>',
        '<td ',
        '<svg>',
        '<math>',
        '<style>',
        '<script>',
        '</script>',
        '<title>',
        '<textarea>',
        '<img ',
        'src=',
        'href=',
        'onload=',
        'style=',
        'class=',
        'id=',
        'javascript:',
        'data:',
        '&#106;',
        '&quot;',
        '&lt;',
        '<![CDATA[',
        ']]>',
        '<?',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const html = sanitizeDescription(pieces.join(''));
        expect(unsafeThings(html)).toEqual([]);
        expect(openTagsOf(html)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});

it('the judge of these tests finds what is unsafe', () => {
  const bad = [
    '<script></script>',
    '<p onclick="a">',
    '<a href="javascript:a">',
    '<a href="java&#9;script:a">',
    '<p style="a">',
    '<p class="page">',
    '<p id="a">',
    '<p a=b>',
    '<b',
    'a < b',
    '<input type="checkbox">',
    '<img src="data:a">',
  ];
  expect(bad.filter((html) => unsafeThings(html).length === 0)).toEqual([]);
  expect(unsafeThings('<p>a &lt; b</p><br />')).toEqual([]);
  expect(openTagsOf('<p><b></p></b>')).not.toEqual([]);
});
