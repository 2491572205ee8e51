/** Everything that a stranger may write, on every page that shows it. */
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import type { FormEntry } from '../../../src/packaging/index.ts';
import {
  errorPage,
  homePage,
  projectPeoplePage,
  renderReadme,
  searchPage,
  uploadLogPage,
  uploadPage,
} from '../../../src/serve/people/index.ts';
import { UPLOAD_FIELDS } from '../../../src/packaging/index.ts';
import { attemptOf, fileOf, HOSTILE, projectOf, SITE, stateOf } from './demo.ts';

const ADDRESSES = [
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'JAVASCRIPT:alert(1)//https://example.org',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'https://pypi.org@evil.example/',
  '//evil.example',
  'file:///etc/passwd',
];

const HOSTILE_METADATA: readonly FormEntry[] = [
  ...UPLOAD_FIELDS.filter(({ name }) => !name.startsWith('description')).map(
    ({ name }): FormEntry => [name, HOSTILE],
  ),
  ...ADDRESSES.map((address): FormEntry => ['project_urls', `Home, ${address}`]),
  ...ADDRESSES.map((address): FormEntry => ['project_urls', address]),
  ['requires_dist', `spam @ javascript:alert(1)`],
  ['requires_dist', `spam; extra == "${HOSTILE.replaceAll(/["']/g, '')}"`],
  ['description_content_type', 'text/markdown'],
  [
    'description',
    `# ${HOSTILE}\n\n<img src=x onerror=alert(1) alt='"><script>alert(1)</script>'>\n\n<iframe src="//x"></iframe>\n<style>body{display:none}</style>\n<form action="//x"><input name=q></form>\n<a href="javascript:alert(1)" onclick=x id=content>x</a>\n${ADDRESSES.map((address) => `[x](${address})`).join('\n')}`,
  ],
];

const FILE = fileOf(`spam-1.0-py3-none-any.whl`, {
  yanked: HOSTILE,
  uploader: HOSTILE,
  requiresPython: HOSTILE,
});
const PROJECT = projectOf('spam', [FILE, fileOf(`${HOSTILE}.whl`, { version: HOSTILE })], {
  name: HOSTILE,
  metadata: HOSTILE_METADATA,
  status: { status: 'archived', reason: HOSTILE },
});
const SITES = {
  ...SITE,
  faults: [HOSTILE],
  upstream: { url: 'javascript:alert(1)', names: [HOSTILE] },
};
const UPLOAD = attemptOf('"><script>', {
  filename: HOSTILE,
  client: HOSTILE,
  sender: HOSTILE,
  judgement: {
    status: 400,
    message: HOSTILE,
    rule: HOSTILE,
    isThere: false,
    violations: [
      {
        rule: HOSTILE,
        status: 400,
        message: HOSTILE,
        effect: 'index-rejects',
        evidence: HOSTILE,
        hint: HOSTILE,
      },
    ],
  },
  form: new Map([[HOSTILE, [HOSTILE, `${HOSTILE}\n${HOSTILE}`]]]),
});

const STATE = stateOf(PROJECT);

const PAGES: readonly (readonly [string, () => Promise<string>])[] = [
  ['first', async () => homePage({ site: SITES, state: STATE, uploads: [UPLOAD] })],
  ['search', async () => searchPage({ site: SITES, state: STATE, query: HOSTILE })],
  ['found', async () => searchPage({ site: SITES, state: STATE, query: 'script' })],
  [
    'project',
    async () => {
      const readme = await renderReadme(HOSTILE_METADATA);
      if (readme?.html === undefined) throw new Error('the description was to render');
      return projectPeoplePage({ site: SITES, state: STATE, project: PROJECT, readme });
    },
  ],
  [
    'unrendered',
    async () =>
      projectPeoplePage({
        site: SITES,
        state: STATE,
        project: PROJECT,
        readme: { text: HOSTILE, problem: HOSTILE },
      }),
  ],
  ['uploads', async () => uploadLogPage({ site: SITES, uploads: [UPLOAD] })],
  [
    'upload',
    async () =>
      uploadPage({
        site: SITES,
        upload: UPLOAD,
        sourceOf: () => HOSTILE,
        served: { project: HOSTILE, version: HOSTILE },
      }),
  ],
  ['error', async () => errorPage({ site: SITES, status: 404, message: HOSTILE, hint: HOSTILE })],
];

describe.each(PAGES)('the page "%s"', (_, make) => {
  it('has no element, attribute or address of a stranger', async () => {
    const html = await make();
    const seen: string[] = [];
    const parser = new Parser({
      onopentag(name, attributes) {
        if (/^(?:script|img|iframe|object|embed|base|link|svg:script)$/.test(name)) seen.push(name);
        if (name === 'style' || (name === 'form' && attributes['role'] !== 'search'))
          styles.push(name);
        for (const [attribute, value] of Object.entries(attributes)) {
          if (attribute.startsWith('on') || attribute === 'style')
            seen.push(`${name} ${attribute}`);
          const isAddress = ['href', 'src', 'action', 'cite'].includes(attribute);
          if (isAddress && !/^(?:\/(?!\/)|#|https?:\/\/|mailto:|\/\/evil\.example$)/.test(value))
            seen.push(`${attribute}=${value}`);
          if (isAddress && value.includes('@evil.example') && name !== 'a') seen.push(value);
          if (attribute === 'id' && value === 'content' && name !== 'main') seen.push('id content');
        }
      },
    });
    const styles: string[] = [];
    parser.end(html);
    expect(seen).toEqual([]);
    expect(styles).toEqual(['style', 'style']);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('form-action &#39;self&#39;"');
    expect(html).toContain('default-src &#39;none&#39;; style-src');
  });
});

it('links to web addresses alone, and to none that passes for another host', async () => {
  const html = projectPeoplePage({ site: SITES, state: STATE, project: PROJECT });
  expect(html).not.toMatch(/href="[^"]*(?:evil|script:|data:|file:)/i);
  expect(html).toContain('Home: <span class="soft">javascript:alert(1)</span>');
});

it('makes visible what hides or turns text', () => {
  const html = uploadLogPage({
    site: SITE,
    uploads: [attemptOf('u1', { filename: 'spam\u202egnp.whl', client: 'x\u0000y' })],
  });
  expect(html).toContain(String.raw`spam\u202egnp.whl`);
  expect(html).toContain(String.raw`x\u0000y`);
});
