import { describe, expect, it } from 'vitest';
import {
  formatSimpleIndex,
  formatSimpleProject,
  parseSimpleHtml,
  parseSimpleIndex,
  parseSimpleProject,
  projectNames,
  type SimpleFile,
  type SimpleProject,
} from '../../src/packaging/index.ts';

const wheel: SimpleFile = {
  filename: 'spam-1.0-py3-none-any.whl',
  url: '../../spam-1.0-py3-none-any.whl',
  hashes: { sha256: 'ab'.repeat(32) },
  requiresPython: '>=3.8,<4',
  coreMetadata: { sha256: 'cd'.repeat(32) },
  yanked: 'broken <b>',
  size: 12,
  uploadTime: '2026-11-20T01:02:03.000000Z',
  provenance: 'https://example.org/integrity/spam',
};

const project: SimpleProject = {
  name: 'spam',
  versions: ['1.0'],
  files: [wheel, { filename: 'spam-1.0.tar.gz', url: 'spam-1.0.tar.gz', hashes: {}, size: 0 }],
  status: { status: 'archived', reason: 'see ham' },
};

describe('pages as JSON', () => {
  it('come back as they were', () => {
    expect(parseSimpleProject(formatSimpleProject(project))).toEqual(project);
    expect(parseSimpleIndex(formatSimpleIndex(['ham', 'spam']))).toEqual(['ham', 'spam']);
  });

  it('have no key without a value, which uv refuses', () => {
    const text = formatSimpleProject({ ...project, files: [{ ...wheel, yanked: '' }] });
    expect(text).not.toContain('null');
    expect(JSON.parse(text)).toMatchObject({
      meta: { 'api-version': '1.4' },
      files: [{ yanked: true }],
    });
  });

  it('claim version 1.0 alone where a file has no size', () => {
    const { size: _, ...rest } = wheel;
    const text = formatSimpleProject({ name: 'spam', versions: ['1.0'], files: [rest] });
    expect(JSON.parse(text)).toMatchObject({ meta: { 'api-version': '1.0' } });
  });

  it('are read with null for what is absent', () => {
    const text = JSON.stringify({
      meta: { 'api-version': '1.0' },
      name: 'spam',
      files: [
        {
          filename: 'spam-1.tar.gz',
          url: 'spam-1.tar.gz',
          hashes: {},
          size: null,
          yanked: false,
          'dist-info-metadata': false,
          'requires-python': null,
        },
      ],
    });
    expect(parseSimpleProject(text).files).toEqual([
      { filename: 'spam-1.tar.gz', url: 'spam-1.tar.gz', hashes: {} },
    ]);
  });

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['no name', '{"files":[]}'],
    ['files that are none', '{"name":"spam","files":{}}'],
    ['a size below zero', '{"name":"spam","files":[{"filename":"a","url":"a","size":-1}]}'],
    ['another major version', '{"meta":{"api-version":"2.0"},"name":"spam","files":[]}'],
  ])('are refused with %s', (_, text) => {
    expect(() => parseSimpleProject(text)).toThrow(
      expect.objectContaining({ code: 'packaging/simple-page' }),
    );
  });
});

describe('pages as HTML', () => {
  it('are read with all that they tell', () => {
    const page = parseSimpleHtml(`<!DOCTYPE html><html><head>
<meta name="pypi:repository-version" content="1.4"><meta name="pypi:project-status" content="archived">
<meta name="pypi:project-status-reason" content="see ham"></head><body>
<a href="../../spam-1.0-py3-none-any.whl#sha256=${'AB'.repeat(32)}" data-requires-python="&gt;=3.8,&lt;4"
 data-core-metadata="sha256=${'cd'.repeat(32)}" data-yanked="broken &lt;b&gt;"
 data-provenance="https://example.org/integrity/spam">spam-1.0-py3-none-any.whl</a><br></body></html>`);
    const { size: _, uploadTime: __, ...told } = wheel;
    expect(page.files).toEqual([told]);
    expect(page.status).toEqual(project.status);
  });

  it('are read when they are flat, unquoted and without hashes', () => {
    const page = parseSimpleHtml(
      '<h2>x</h2><a href=https://example.org/d/iree-1.0%2Bcpu-py3-none-any.whl?x=1>iree</a><br><a href=notes.txt>n</a>',
    );
    expect(page.files).toEqual([
      {
        filename: 'iree-1.0+cpu-py3-none-any.whl',
        url: 'https://example.org/d/iree-1.0%2Bcpu-py3-none-any.whl?x=1',
        hashes: {},
      },
    ]);
    expect(page.otherLinks).toEqual([{ href: 'notes.txt', text: 'n' }]);
  });

  it('tell an empty reason from none, as writers mean it', () => {
    const page = parseSimpleHtml(
      '<a href=a-1.tar.gz data-yanked="">a</a><a href=a-2.tar.gz data-core-metadata=true>b</a>',
    );
    expect(page.files.map(({ yanked }) => yanked)).toEqual([true, undefined]);
    expect(page.files.map(({ coreMetadata }) => coreMetadata)).toEqual([undefined, true]);
  });

  it('give the names of projects, normalised and once', () => {
    const page = parseSimpleHtml(
      '<a href="/simple/Foo.Bar/">Foo.Bar</a><a href="foo-bar/">x</a><a href="..">up</a><a href="ham">ham</a>',
    );
    expect(projectNames(page)).toEqual(['foo-bar', 'ham']);
  });

  it('of another major version are refused', () => {
    expect(() => parseSimpleHtml('<meta name="pypi:repository-version" content="2.0">')).toThrow(
      expect.objectContaining({ code: 'packaging/simple-page' }),
    );
  });
});
