import { describe, expect, it } from 'vitest';
import { judgeDescription, readmeFaultFinding } from '../../../src/check/description/index.ts';
import { FAULTS } from './rst-samples.ts';

async function findingsOf(text: string, contentType?: string) {
  const type = contentType === undefined ? {} : { contentType };
  return readmeFaultFinding(await judgeDescription(text, contentType), {
    text,
    ...type,
    path: 'METADATA',
  });
}

describe('readmeFaultFinding', () => {
  it('has nothing to say of what renders', async () => {
    expect(await findingsOf('# a', 'text/markdown')).toEqual([]);
    expect(await findingsOf('a', 'text/plain')).toEqual([]);
  });

  it('shows the line that does not render, and what to do', async () => {
    expect(await findingsOf('a\n\nSee :ref:`b`.\n', 'text/x-rst')).toEqual([
      {
        code: 'description/does-not-render',
        severity: 'error',
        effect: 'index-rejects',
        message:
          'PyPI refuses the upload, because the description does not render at line 3 of it: Unknown interpreted text role "ref".',
        evidence: 'See :ref:`b`.',
        hint: expect.stringContaining('Roles of Sphinx'),
        path: 'METADATA',
      },
    ]);
  });

  it('says that nothing is proven without docutils', async () => {
    expect(await findingsOf('a\n', 'text/x-rst')).toMatchObject(
      [
        { code: 'description/not-proven', severity: 'info', effect: 'advice', hint: /docutils/ },
      ].map((finding) => ({ ...finding, hint: expect.stringMatching(finding.hint) })),
    );
  });

  it('asks for a description', async () => {
    for (const text of ['', '\n \n'])
      expect((await findingsOf(text)).map(({ code }) => code)).toEqual(['description/missing']);
  });

  it('asks for a content type, and sees Markdown that is none by declaration', async () => {
    const findings = await findingsOf('# Title\n\n[a](https://example.org) and `b` *c\n');
    expect(findings.map(({ code }) => code)).toEqual([
      'description/does-not-render',
      'description/content-type-missing',
    ]);
    for (const { hint } of findings) expect(hint).toContain('text/markdown');
    const [, missing] = await findingsOf('Title\n=====\n\na\n', 'UNKNOWN');
    expect(missing).toMatchObject({ code: 'description/content-type-missing' });
    expect(missing?.hint).toContain('README.rst');
  });

  it('leaves a wrong content type to the findings of the metadata', async () => {
    expect(await findingsOf('a', 'text/html')).toEqual([]);
  });

  it('has advice of its own for nearly every kind of fault', async () => {
    const hints = new Map<string, string>();
    for (const [what, source] of FAULTS) {
      const [finding] = await findingsOf(source, 'text/x-rst');
      hints.set(what, finding?.hint ?? '');
    }
    const general = [...hints].filter(([, hint]) => hint.startsWith('In reStructuredText'));
    expect(general.length).toBeLessThan(14);
    expect(hints.get('a short underline')).toContain('as long as the title');
    expect(hints.get('another file')).toContain('includes no other files');
    expect(hints.get('an option of Sphinx')).toContain(':linenos:');
  });
});
