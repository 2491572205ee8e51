import { describe, expect, it } from 'vitest';
import { judgeDescription } from '../../../src/check/description/index.ts';
import type { RunProgram } from '../../../src/python/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
import type { ProcessOptions, ProcessResult } from '../../../src/support/process.ts';
import { installedDocutils } from '../../support/docutils.ts';
import { unsafeThings } from './safe-html.ts';

const ENDED: ProcessResult = {
  exitCode: 0,
  signal: null,
  stdout: '',
  stderr: '',
  truncated: false,
  lastLines: [],
  seconds: 0.2,
  timedOut: false,
  cancelled: false,
};

function answering(answers: Readonly<Record<string, Partial<ProcessResult>>>): {
  run: RunProgram;
  calls: [command: string, args: readonly string[], options: ProcessOptions][];
} {
  const calls: [string, readonly string[], ProcessOptions][] = [];
  const run: RunProgram = (command, args, options) => {
    calls.push([command, args, options]);
    const answer = answers[command];
    if (answer === undefined)
      return Promise.reject(new WheelworksError('process/not-found', `${command} is not there.`));
    return Promise.resolve({ ...ENDED, ...answer });
  };
  return { run, calls };
}

function said(document: unknown): Partial<ProcessResult> {
  return { stdout: `noise<wheelworks-rst>${JSON.stringify(document)}</wheelworks-rst>more` };
}

describe('the choice of who judges reStructuredText', () => {
  it('goes on until a Python can tell, and sanitises what that says', async () => {
    const { run, calls } = answering({
      '/a/python': said({ kind: 'absent' }),
      '/b/python': said({ kind: 'unproven', version: '0.19', problem: 'no Pygments' }),
      '/c/python': { exitCode: 1, stdout: 'Traceback' },
      '/d/python': said({
        kind: 'html',
        version: '0.23',
        html: '<p onclick="x">a</p><script>b</script>',
      }),
      '/e/python': said({ kind: 'absent' }),
    });
    const pythons = [
      'relative',
      '/none',
      '/a/python',
      '/b/python',
      '/c/python',
      '/d/python',
      '/e/python',
    ];
    expect(await judgeDescription('a', undefined, { pythons, run })).toEqual({
      verdict: 'renders',
      html: '<p>a</p>',
      renderer: 'docutils 0.23',
    });
    expect(calls.map(([command]) => command)).toEqual([
      '/none',
      '/a/python',
      '/b/python',
      '/c/python',
      '/d/python',
    ]);
  });

  it('runs it apart from the user and with nothing of the environment', async () => {
    const { run, calls } = answering({ '/a/python': said({ kind: 'absent' }) });
    await judgeDescription('ä', 'text/x-rst', { pythons: ['/a/python'], run });
    const [, args, options] = calls[0] ?? [];
    expect(args?.slice(0, 3)).toEqual(['-I', '-B', '-c']);
    expect(options).toMatchObject({ cwd: '/', env: {}, timeoutMs: 30_000 });
    expect(options?.input).toEqual(Buffer.from('ä', 'utf8'));
  });

  it('tells the fault and the line', async () => {
    const fault = {
      kind: 'refused',
      version: '0.23',
      problem: 'Unknown directive type "x".',
      line: 3,
    };
    const { run } = answering({ '/a/python': said(fault) });
    expect(await judgeDescription('a', 'text/x-rst', { pythons: ['/a/python'], run })).toEqual({
      verdict: 'fails',
      problem: 'Unknown directive type "x".',
      line: 3,
      renderer: 'docutils 0.23',
    });
  });

  it('asks nobody else when one took too long, and looks for faults itself', async () => {
    const late = { exitCode: null, timedOut: true, seconds: 30 };
    const { run, calls } = answering({ '/a/python': late, '/b/python': late });
    const options = { pythons: ['/a/python', '/b/python'], run };
    expect(await judgeDescription('a', 'text/x-rst', options)).toEqual({
      verdict: 'not-proven',
      problem: 'docutils did not end within 30 s.',
    });
    expect(calls.length).toBe(1);
    expect(await judgeDescription('.. toctree::', 'text/x-rst', options)).toEqual({
      verdict: 'fails',
      problem: 'Unknown directive type "toctree".',
      line: 1,
    });
  });

  it('does not take an answer of another shape', async () => {
    for (const document of [
      null,
      1,
      {},
      { kind: 'html', version: '1' },
      { kind: 'refused', version: 1, problem: '' },
    ]) {
      const { run } = answering({ '/a/python': said(document) });
      const { verdict } = await judgeDescription('a', 'text/x-rst', {
        pythons: ['/a/python'],
        run,
      });
      expect(verdict).toBe('not-proven');
    }
  });

  it('says when it was cancelled', async () => {
    const { run } = answering({ '/a/python': { cancelled: true, exitCode: null } });
    await expect(
      judgeDescription('a', 'text/x-rst', { pythons: ['/a/python'], run }),
    ).rejects.toMatchObject({
      code: 'process/cancelled',
    });
  });

  it('takes no content type, an empty one and UNKNOWN for reStructuredText', async () => {
    for (const type of [undefined, '', 'UNKNOWN'])
      expect((await judgeDescription('.. toctree::', type)).problem).toContain('toctree');
    expect(await judgeDescription('', undefined)).toEqual({ verdict: 'renders', html: '' });
  });
});

const docutils = installedDocutils();

describe.skipIf(docutils === undefined)(
  'docutils of this machine (skipped without docutils)',
  () => {
    const judge = (text: string, timeoutMs = 30_000) =>
      judgeDescription(text, 'text/x-rst', { pythons: [docutils?.python ?? ''], timeoutMs });

    it('renders with the title, safe', async () => {
      const source =
        'Title\n=====\n\nA `link <https://example.org>`_ and *more*.\n\n`x <javascript:alert(1)>`_\n\n.. image:: a.svg\n';
      const { verdict, html = '', renderer } = await judge(source);
      expect(verdict).toBe('renders');
      expect(renderer).toBe(`docutils ${docutils?.version ?? ''}`);
      expect(html).toMatch(/^<h1>Title<\/h1>/);
      expect(html).toContain(
        '<a href="https://example.org" rel="nofollow">link</a> and <em>more</em>',
      );
      expect(html).toMatch(/<img (?:src="a.svg" alt="a.svg"|alt="a.svg" src="a.svg") \/>/);
      expect(unsafeThings(html)).toEqual([]);
    });

    it.each([
      ['a role of Sphinx', 'a\n\n:ref:`b`\n', 3],
      ['a directive of Sphinx', 'a\n\n.. toctree::\n\n   b\n', 3],
      ['raw HTML', 'a\n\n.. raw:: html\n\n   <script>alert(1)</script>\n', 3],
      [
        'raw HTML of a role',
        '.. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`<script>`\n',
        undefined,
      ],
      ['another file', '.. include:: /etc/hostname\n', 1],
      ['a table of another file', '.. csv-table:: a\n   :file: /etc/hostname\n', 1],
      ['a short underline', 'Title\n====\n\na\n', 2],
      ['a table that does not fit', '=== ===\na b\n=== ===\n\n+--+\n|a\n+--+\n', undefined],
    ])('refuses %s', async (_what, source, line) => {
      const judged = await judge(source);
      expect(judged).toMatchObject({
        verdict: 'fails',
        renderer: expect.stringContaining('docutils'),
        ...(line === undefined ? {} : { line }),
      });
      expect(judged.problem).not.toContain('\n');
    });

    it('knows that PyPI leaves a lone title out', async () => {
      expect(await judge('Title\n=====\n')).toMatchObject({
        verdict: 'fails',
        problem: 'There is only a title in it, which PyPI leaves out.',
      });
      expect(await judge('.. a comment\n')).toMatchObject({ verdict: 'fails' });
    });

    it('does not read images to see how large they are', async () => {
      expect((await judge('.. image:: /nowhere/a.png\n   :scale: 50%\n')).verdict).toBe('renders');
    });

    it('ends when its time is up', async () => {
      const { verdict, problem } = await judge('a\n', 1);
      expect({ verdict, problem }).toEqual({
        verdict: 'not-proven',
        problem: 'docutils did not end within 0 s.',
      });
    });

    it('is not brought down by what is nested too deep for it', async () => {
      const nested = Array.from({ length: 400 }, (_, index) => `${'  '.repeat(index)}- a`).join(
        '\n\n',
      );
      const { verdict, problem } = await judge(nested);
      expect({ verdict, problem }).toEqual({
        verdict: 'not-proven',
        problem: expect.stringMatching(/^docutils failed: RecursionError/),
      });
    });
  },
);
