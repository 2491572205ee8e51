import { describe, expect, it } from 'vitest';
import {
  errorPage,
  findRelease,
  homePage,
  projectPeoplePage,
  releasesOf,
  renderReadme,
  searchPage,
  uploadLogPage,
  uploadPage,
} from '../../../src/serve/people/index.ts';
import {
  attemptOf,
  fileOf,
  GRIDFLOW,
  GRIDFLOW_METADATA,
  projectOf,
  SITE,
  STATE,
  stateOf,
  UPLOADS,
  VIOLATIONS,
} from './demo.ts';

/** Text as a person reads it. */
function textOf(html: string): string {
  return html
    .slice(html.indexOf('<body>'))
    .replaceAll(/<wbr>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}

describe('the first page', () => {
  it('counts what is served, lists projects by last upload and says how to use them', () => {
    const text = textOf(homePage({ site: SITE, state: STATE, uploads: UPLOADS }));
    expect(text).toMatch(/3 projects, 45 files, \d+ MB/);
    expect(text).toContain('GridFlow 2.1.0 43 2026-11-27 16:40 Streaming joins over columnar data');
    expect(text.indexOf('grid-plot')).toBeLessThan(text.indexOf('tiny-helper archived'));
    expect(text).toContain('pip install --index-url http://127.0.0.1:8080/simple/ NAME');
    expect(text).toContain('uv pip install --default-index http://127.0.0.1:8080/simple/ NAME');
    expect(text).toContain('twine upload --repository-url http://127.0.0.1:8080/legacy/ dist/*');
    expect(text).toContain(
      'wheelworks publish --repository-url http://127.0.0.1:8080/legacy/ --index-url http://127.0.0.1:8080/simple/ dist/*',
    );
    expect(text).not.toMatch(/No rules|clock|Troubles|another index/);
  });

  it('tells how this index differs from PyPI', () => {
    const site = {
      ...SITE,
      rules: 'none',
      isReadOnly: true,
      clock: new Date('2027-01-01T00:00:00Z'),
      faults: ['503 for every third upload', 'slow'],
      upstream: { url: 'https://index.example/', names: ['numpy', 'scipy'] },
    } as const;
    const text = textOf(homePage({ site, state: STATE }));
    expect(text).toContain('No rules:');
    expect(text).toContain('Read-only:');
    expect(text).toContain('the index takes it for 2027-01-01 00:00');
    expect(text).toContain('503 for every third upload; slow');
    expect(text).toContain('numpy, scipy come from https://index.example/');
  });

  it('says what to do where nothing has been uploaded', () => {
    const text = textOf(homePage({ site: SITE, state: stateOf() }));
    expect(text).toContain('Nothing has been uploaded yet.');
    expect(text).toContain('twine upload');
  });

  it('asks pip to trust a host that is not this machine', () => {
    const site = { ...SITE, url: 'http://build.example:8080/' };
    expect(textOf(homePage({ site, state: STATE }))).toContain('--trusted-host build.example NAME');
  });

  it('shows some of very many projects', () => {
    const many = Array.from({ length: 450 }, (_, index) =>
      projectOf(`p${index}`, [fileOf(`p${index}-1.tar.gz`)]),
    );
    const text = textOf(homePage({ site: SITE, state: stateOf(...many) }));
    expect(text).toContain('The 200 with the last uploads');
    expect(text).toContain('250 more are found by searching');
  });

  it('keeps within a path where a proxy has the server', () => {
    const html = homePage({ site: { ...SITE, url: 'https://ci.example/pypi/' }, state: STATE });
    expect(html).toContain('href="/pypi/project/gridflow/"');
    expect(html).toContain('<form action="/pypi/" role="search">');
  });
});

describe('a search', () => {
  const names = (query: string): string[] =>
    [
      ...searchPage({ site: SITE, state: STATE, query }).matchAll(/href="\/project\/([^/"]+)\/"/g),
    ].map(([, name = '']) => name);

  it('finds names before summaries', () => {
    expect(names('grid')).toEqual(['grid-plot', 'gridflow']);
    expect(names('GridFlow')).toEqual(['gridflow', 'grid-plot']);
    expect(names('helper')).toEqual(['tiny-helper']);
    expect(names('Tiny_Helper')).toEqual(['tiny-helper']);
    expect(names('columnar')).toEqual(['gridflow']);
    expect(names('joins columnar')).toEqual(['gridflow']);
    expect(names('joins helper')).toEqual([]);
  });

  it('says that nothing was found, and keeps what was typed', () => {
    const html = searchPage({ site: SITE, state: STATE, query: 'a "b" <c>' });
    expect(html).toContain('name="q" value="a &quot;b&quot; &lt;c&gt;"');
    expect(textOf(html)).toContain('No project has it in its name or summary.');
  });
});

describe('the page of a project', () => {
  it('has everything of its newest final release', async () => {
    const readme = await renderReadme(GRIDFLOW_METADATA);
    const html = projectPeoplePage({
      site: SITE,
      state: STATE,
      project: GRIDFLOW,
      ...(readme === undefined ? {} : { readme }),
    });
    const text = textOf(html);
    expect(text).toContain('GridFlow 2.1.0 Streaming joins over columnar data');
    expect(text).toContain('pip install --index-url http://127.0.0.1:8080/simple/ GridFlow Python');
    expect(text).toContain('Licence Apache-2.0 OR MIT');
    expect(text).toContain('Author Ada Example <ada@example.org>');
    expect(html).toContain(
      '<a href="https://example.org/docs" rel="nofollow noopener">Documentation</a>',
    );
    expect(text).toContain('Documentation · Changelog · Source');
    expect(text).toMatch(/CPython 3\.12 wheel wheel wheel wheel/);
    expect(text).toContain('from sdist');
    expect(text).toContain('39 files of 2.1.0');
    expect(html).toContain(
      '<a href="/integrity/gridflow/2.1.0/gridflow-2.1.0-cp310-cp310-musllinux_1_2_x86_64.whl/provenance">attested</a>',
    );
    expect(html).toContain('gridflow-2.1.0-cp312-cp312-win_amd64.whl.metadata"');
    const { sha256 } = fileOf('gridflow-2.1.0.tar.gz');
    expect(html).toContain(`<code title="${sha256}">${sha256.slice(0, 10)}…</code>`);
    expect(html).toContain('<a href="/project/tiny-helper/">tiny-helper</a>~=1.2');
    expect(text).toContain('With [plot]');
    expect(text).toMatch(
      /2\.2\.0rc1 2026-11-27 1 [^ ]+ MB pre-release 2\.1\.0 .* 2\.0\.0 2026-08-30 1 [^ ]+ MB yanked/,
    );
    expect(html).toContain('aria-current="page">2.1.0</a>');
    expect(text).toContain('Streaming joins over columnar data, in native code.');
  });

  it('has another release where that is asked for, however its version is spelt', () => {
    const release = findRelease(releasesOf(GRIDFLOW), '2.0');
    expect(release?.version).toBe('2.0.0');
    if (release === undefined) return;
    const text = textOf(
      projectPeoplePage({ site: SITE, state: STATE, project: GRIDFLOW, release }),
    );
    expect(text).toContain('GridFlow==2.0.0');
    expect(text).toContain(
      'Yanked: installers take it only when it is asked for exactly: joins lose rows',
    );
    expect(text).toContain('Another version: users get 2.1.0 .');
    expect(text).toContain('yanked: joins lose rows where keys are null');
    expect(findRelease(releasesOf(GRIDFLOW), '9')).toBeUndefined();
  });

  it.each([
    ['archived', 'Archived: no new releases are to be expected.'],
    ['deprecated', 'Deprecated: its author recommends'],
    ['quarantined', 'Quarantined: its files are not offered to installers.'],
  ] as const)('says that it is %s', (status, words) => {
    const project = projectOf('spam', [fileOf('spam-1.0-py3-none-any.whl')], {
      status: { status, reason: 'Because.' },
    });
    const html = projectPeoplePage({ site: SITE, state: STATE, project });
    expect(textOf(html)).toContain(words);
    expect(textOf(html)).toContain('Because.');
    const links = [...html.matchAll(/href="\/files\//g)];
    expect(links.length > 0).toBe(status !== 'quarantined');
    expect(html.includes('pip install')).toBe(status !== 'quarantined');
  });

  it('shows what is reserved, what has no files, and names and versions that are none', () => {
    const reserved = projectPeoplePage({
      site: SITE,
      state: STATE,
      project: projectOf('soon', []),
    });
    expect(textOf(reserved)).toContain('nothing has been uploaded yet');
    const odd = projectOf('odd', [fileOf('odd.whl', { version: 'one', kind: 'wheel' })]);
    expect(textOf(projectPeoplePage({ site: SITE, state: STATE, project: odd }))).toContain(
      'not to be read',
    );
    const emptied = projectOf('gone', [fileOf('gone-1.tar.gz')], { files: new Map() });
    const text = textOf(projectPeoplePage({ site: SITE, state: STATE, project: emptied }));
    expect(text).toContain('No files.');
    expect(text).not.toContain('pip install');
  });

  it('shows the text of a description that does not render, and why', async () => {
    const readme = await renderReadme([
      ['description', 'Title\n=====\n\n<b>bold</b>\n'],
      ['description_content_type', 'text/html'],
    ]);
    expect(readme?.html).toBeUndefined();
    if (readme === undefined) return;
    const html = projectPeoplePage({ site: SITE, state: STATE, project: GRIDFLOW, readme });
    expect(html).toContain('Title\n=====\n\n&lt;b&gt;bold&lt;/b&gt;\n');
    expect(textOf(html)).toContain('It is not rendered: Description-Content-Type:');
    expect(await renderReadme([['description', ' \n']])).toBeUndefined();
  });
});

describe('the log of uploads', () => {
  it('has every attempt with its answer', () => {
    const text = textOf(uploadLogPage({ site: SITE, uploads: UPLOADS }));
    expect(text).toContain('4 uploads: 3 taken, 1 refused');
    expect(text).toContain(
      "2026-11-20 09:15 400 Binary wheel 'gridflow-2.1.0-cp314-cp314-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'. 4 twine/6.2.0",
    );
    expect(text).toContain('200 was there already none wheelworks/0.1.0');
    expect(textOf(uploadLogPage({ site: SITE, uploads: [] }))).toContain(
      'Nothing has been sent yet.',
    );
  });

  it('shows the newest of very many', () => {
    const uploads = Array.from({ length: 1200 }, (_, index) => attemptOf(`u${index}`));
    const html = uploadLogPage({ site: SITE, uploads });
    expect(textOf(html)).toContain('The newest 500 of 1,200');
    expect(html.split('<tr>').length).toBe(502);
  });
});

describe('the page of an upload', () => {
  it('groups what is wrong by who is hurt, with rule, source, evidence and hint', () => {
    const [, upload] = UPLOADS;
    if (upload === undefined) throw new Error('the demo has no such upload');
    const text = textOf(
      uploadPage({ site: SITE, upload, sourceOf: (rule) => `the source of ${rule}` }),
    );
    const places = [
      'PyPI rejects upload',
      'PyPI mails you metadata',
      'PyPI accepts, users break wheel',
      'Advice metadata',
    ].map((title) => text.indexOf(title));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    for (const { rule, message, evidence, hint } of VIOLATIONS) {
      expect(text).toContain(message);
      expect(text).toContain(`Source: the source of ${rule}`);
      expect(text).toContain(evidence ?? '');
      expect(text).toContain(hint ?? '');
    }
    expect(text).toContain('description # gridflow (');
    expect(text).toContain('Answered rule upload/platform-tag');
  });

  it('says of a good one that it was taken, and where it is', () => {
    const text = textOf(
      uploadPage({
        site: SITE,
        upload: attemptOf('u9'),
        served: { project: 'gridflow', version: '2.1.0' },
      }),
    );
    expect(text).toContain('200 Taken.');
    expect(text).toContain('Release gridflow 2.1.0');
  });

  it('shortens long values and many of them', () => {
    const form = new Map([
      ['description', ['x'.repeat(5000)]],
      ['classifiers', Array.from({ length: 80 }, (_, index) => `c${index}`)],
    ]);
    const html = uploadPage({ site: SITE, upload: attemptOf('u9', { form }) });
    expect(html).not.toContain('x'.repeat(300));
    expect(textOf(html)).toContain('… (5,000 characters)');
    expect(textOf(html)).toContain('and 30 more values');
  });
});

it('tells of errors in words', () => {
  const html = errorPage({
    site: SITE,
    status: 404,
    message: 'There is no project spam.',
    hint: 'Search for it.',
  });
  expect(textOf(html)).toContain('Not found 404 There is no project spam. Search for it.');
  expect(textOf(errorPage({ site: SITE, status: 418, message: 'Tea.' }))).toContain(
    'The request is refused 418',
  );
  expect(textOf(errorPage({ site: SITE, status: 507, message: 'Full.' }))).toContain(
    'The index failed 507',
  );
});
