import { describe, expect, it } from 'vitest';
import { judgeDescription } from '../../../src/check/description/index.ts';
import { openRstRenderers } from '../../../src/check/description/rst/renderers.ts';
import type {
  AskOptions,
  LineAnswer,
  LineProcessOptions,
  startLineProcess,
} from '../../../src/support/line-process.ts';
import { installedDocutils } from '../../support/docutils.ts';
import { DOCUMENTS, FAULTS, SOUND } from './rst-samples.ts';
import { unsafeThings } from './safe-html.ts';

interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: LineProcessOptions;
  readonly line: string;
  readonly ask: AskOptions;
}

const ENDED: LineAnswer = { kind: 'ended' };

/** Pythons that give one answer to everything; others cannot be started. */
function answering(answers: Readonly<Record<string, LineAnswer>>): {
  start: typeof startLineProcess;
  calls: Call[];
} {
  const calls: Call[] = [];
  return {
    calls,
    start: (command, args, options) => ({
      isAlive: command in answers,
      ask: (line, ask) => {
        calls.push({ command, args, options, line, ask });
        return Promise.resolve(answers[command] ?? ENDED);
      },
      close: () => Promise.resolve(),
    }),
  };
}

function said(document: unknown): LineAnswer {
  const line = `noise<wheelworks-rst>${JSON.stringify(document)}</wheelworks-rst>more`;
  return { kind: 'line', line };
}

describe('the choice of who judges reStructuredText', () => {
  it('goes on until a Python can tell, and sanitises what that says', async () => {
    const { start, calls } = answering({
      '/a/python': said({ kind: 'absent' }),
      '/b/python': said({ kind: 'unproven', version: '0.19', problem: 'no Pygments' }),
      '/c/python': ENDED,
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
    expect(await judgeDescription('a', undefined, { pythons, start })).toEqual({
      verdict: 'renders',
      html: '<p>a</p>',
      renderer: 'docutils 0.23',
    });
    expect(calls.map(({ command }) => command)).toEqual([
      '/none',
      '/a/python',
      '/b/python',
      '/c/python',
      '/d/python',
    ]);
  });

  it('runs it apart from the user and with nothing of the environment', async () => {
    const { start, calls } = answering({ '/a/python': said({ kind: 'absent' }) });
    await judgeDescription('ä', 'text/x-rst', { pythons: ['/a/python'], start });
    const [call] = calls;
    expect(call?.args.slice(0, 3)).toEqual(['-I', '-B', '-c']);
    expect(call?.options).toMatchObject({ cwd: '/', env: {} });
    expect(call?.ask).toEqual({ timeoutMs: 30_000 });
    expect(JSON.parse(call?.line ?? '')).toEqual({ text: 'ä', html: true });
  });

  it('tells the fault and the line', async () => {
    const fault = {
      kind: 'refused',
      version: '0.23',
      problem: 'Unknown directive type "x".',
      line: 3,
    };
    const { start } = answering({ '/a/python': said(fault) });
    expect(await judgeDescription('a', 'text/x-rst', { pythons: ['/a/python'], start })).toEqual({
      verdict: 'fails',
      problem: 'Unknown directive type "x".',
      line: 3,
      renderer: 'docutils 0.23',
    });
  });

  it('asks nobody else when one took too long, and looks for faults itself', async () => {
    const late: LineAnswer = { kind: 'timed-out' };
    const { start, calls } = answering({ '/a/python': late, '/b/python': late });
    const options = { pythons: ['/a/python', '/b/python'], start };
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
      const { start } = answering({ '/a/python': said(document) });
      const { verdict } = await judgeDescription('a', 'text/x-rst', {
        pythons: ['/a/python'],
        start,
      });
      expect(verdict).toBe('not-proven');
    }
  });

  it('says when it was cancelled', async () => {
    const { start } = answering({ '/a/python': { kind: 'cancelled' } });
    await expect(
      judgeDescription('a', 'text/x-rst', { pythons: ['/a/python'], start }),
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

    it('says the same when its verdict alone is wanted', async () => {
      const renderers = openRstRenderers([docutils?.python ?? ''], { workers: 2 });
      const texts = [...DOCUMENTS, ...SOUND, ...FAULTS.map(([, source]) => source)].filter(
        (text) => text !== '',
      );
      try {
        const verdicts = await Promise.all(
          texts.flatMap((text) =>
            [true, false].map(async (html) => {
              const judged = await judgeDescription(text, 'text/x-rst', { renderers, html });
              expect(judged.html === undefined).toBe(!html || judged.verdict !== 'renders');
              return { verdict: judged.verdict, problem: judged.problem, line: judged.line };
            }),
          ),
        );
        for (let index = 0; index < verdicts.length; index += 2)
          expect(verdicts[index + 1]).toEqual(verdicts[index]);
        expect(new Set(verdicts.map(({ verdict }) => verdict))).toContain('fails');
      } finally {
        await renderers.close();
      }
    });

    it('forgets the roles that a document defines before the next', async () => {
      const renderers = openRstRenderers([docutils?.python ?? '']);
      const ask = (text: string) => judgeDescription(text, 'text/x-rst', { renderers });
      try {
        expect((await ask('.. role:: mine\n\n:mine:`a`\n')).verdict).toBe('renders');
        expect((await ask(':mine:`a`\n')).verdict).toBe('fails');
      } finally {
        await renderers.close();
      }
    });

    it('is started again after a text that it does not survive', async () => {
      const renderers = openRstRenderers([docutils?.python ?? '']);
      const nested = Array.from({ length: 400 }, (_, index) => `${'  '.repeat(index)}- a`);
      const ask = (text: string) => judgeDescription(text, 'text/x-rst', { renderers });
      try {
        for (const text of ['a', nested.join('\n\n'), 'a', nested.join('\n\n'), 'a'])
          expect((await ask(text)).verdict).toBe(text === 'a' ? 'renders' : 'not-proven');
      } finally {
        await renderers.close();
      }
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
