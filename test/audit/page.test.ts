import { describe, expect, it } from 'vitest';
import { auditPage } from '../../src/audit/index.ts';
import { auditOf } from '../support/audit-subject.ts';
import { nativeFacts } from '../support/native-facts.ts';

describe('the page of an audit', () => {
  it('is the same for the same audit', async () => {
    const make = async (): Promise<string> =>
      auditPage([await auditOf([nativeFacts('m.so', { needed: ['libz.so.1'] })])]);
    expect(await make()).toBe(await make());
  });

  it('of several has an overview with a way to each', async () => {
    const audits = await Promise.all([auditOf([nativeFacts('a.so')]), auditOf([])]);
    const page = auditPage(audits);
    expect(page).toContain('<title>Audit of 2 inputs</title>');
    expect(page).toContain('href="#audit-1"');
    expect(page).toContain('id="audit-1"');
  });

  it('shows names as they are, and as text', async () => {
    const page = auditPage([
      await auditOf([nativeFacts('<b>\u202e.so', { needed: ['lib"evil".so'] })], {
        path: 'dist/<i>.whl',
      }),
    ]);
    expect(page).not.toMatch(/<b>|<i>|"evil"|\u202e/);
    expect(page).toContain('&lt;b&gt;\\u202e.so');
  });

  it('of files for several processors says that no one tag fits', async () => {
    const natives = [nativeFacts('a.so'), nativeFacts('b.so', {}, { arch: 'aarch64' })];
    expect(auditPage([await auditOf(natives)])).toContain('aarch64, x86_64: no one tag fits');
  });
});
