import { describe, expect, it } from 'vitest';
import { auditPage, type ElfFacts } from '../../src/audit/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import { loadDistributions } from '../../src/platform/index.ts';
import { auditOf } from '../support/audit-subject.ts';
import { nativeFacts } from '../support/native-facts.ts';

const PATH = 'pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.whl';
const CLAIMING = { path: PATH, tags: parseWheelFilename(PATH).tags };

/** Needs of a module that was built on a newer system than it claims. */
function newer(): Partial<ElfFacts> {
  return {
    needed: ['libc.so.6'],
    libc: 'glibc',
    versions: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.33'] },
    symbols: {
      imports: [],
      versioned: new Map([['libc.so.6', new Map([['GLIBC_2.33', ['stat', 'fstat']]])]]),
      denied: [],
      exports: { size: 0, hashes: new Uint32Array(), has: () => false },
    },
  };
}

/** What a reader sees, without markup. */
function textOf(page: string): string {
  return page
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<wbr>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the page of an audit', () => {
  it('is the same for the same audit', async () => {
    const make = async (): Promise<string> =>
      auditPage([await auditOf([nativeFacts('m.so', { needed: ['libz.so.1'] })])]);
    expect(await make()).toBe(await make());
  });

  it('begins with the verdict: the claim that does not hold, then what is met', async () => {
    const text = textOf(auditPage([await auditOf([nativeFacts('m.so', newer())], CLAIMING)]));
    expect(text).toMatch(
      /pkg-1\.0\S+\.whl manylinux_2_17_x86_64 does not hold\. Meets manylinux_2_34_x86_64\. /,
    );
  });

  it('tells what stops the claim: version, symbols, file and remedy', async () => {
    const text = textOf(auditPage([await auditOf([nativeFacts('p/m.so', newer())], CLAIMING)]));
    expect(text).toContain('What stops manylinux_2_17_x86_64 1 obstacle in 1 of 1 native file ');
    expect(text).toMatch(
      /GLIBC_2\.33 of libc\.so\.6 fstat, stat in p\/m\.so Build it in \S+manylinux2014_x86_64/,
    );
  });

  it('says once what obstacles have in common', async () => {
    const natives = [nativeFacts('m.so', { needed: ['libone.so.1', 'libtwo.so.2'] })];
    const text = textOf(auditPage([await auditOf(natives, CLAIMING)]));
    expect(text.match(/is not on every manylinux_2_17 system/g)).toHaveLength(1);
    expect(text).toContain('2 libraries, of which each is not on every');
    expect(text.match(/What to do: /g)).toHaveLength(1);
    expect(text).toContain('needs 2 libraries that were not found: libone.so.1, libtwo.so.2');
  });

  it('marks options in what to do', async () => {
    const audit = await auditOf([nativeFacts('m.so', { needed: ['libone.so.1'] })], CLAIMING);
    expect(auditPage([audit])).toContain('name it with <code class="o">--exclude</code>.');
  });

  it('lists every baseline, with the systems it adds when these are known', async () => {
    const audit = await auditOf([nativeFacts('m.so', newer())], CLAIMING);
    const text = textOf(auditPage([audit], await loadDistributions()));
    for (const { tag } of audit.verdicts) expect(text).toContain(tag);
    expect(text).toMatch(/manylinux_2_17_x86_64 1 obstacle , claimed/);
    expect(text).toMatch(/manylinux_2_36_x86_64 met debian 12; /);
    expect(text).not.toMatch(/met[^.]*debian 12.*debian 12/);
    expect(textOf(auditPage([audit]))).not.toContain('debian');
  });

  it('names modules by what tells them apart, and draws alike ones once', async () => {
    const natives = [
      ...Array.from({ length: 37 }, (_, index) =>
        nativeFacts(`p/m${index}.cpython-312-x86_64-linux-gnu.so`, {
          needed: ['libx.so.1'],
          runpath: ['$ORIGIN'],
        }),
      ),
      nativeFacts('p/other.abi3.so', { needed: ['libmissing.so.3'] }),
      nativeFacts('p/libx.so.1', { soname: 'libx.so.1', needed: ['libz.so.1'] }),
    ];
    const page = auditPage([await auditOf(natives)]);
    const drawn = [
      ...page.matchAll(/class="node k-(\w+)"><title>[^<]*<\/title><rect[^>]*><text[^>]*>([^<]*)/g),
    ];
    expect(drawn.map(([, kind, label]) => `${kind}: ${label}`).toSorted()).toEqual([
      'carried: libx.so.1',
      'missing: libmissing.so.3',
      'module: 37 modules and programs',
      'module: other',
      'system: libz.so.1',
    ]);
  });

  it('folds the files that ask for no more, and loses none', async () => {
    const natives = Array.from({ length: 60 }, (_, index) => nativeFacts(`p/m${index}.so`));
    const page = auditPage([await auditOf(natives)]);
    expect(page).toContain('<summary>35 files more that ask for no more than these</summary>');
    for (const { path } of natives) expect(page).toContain(`<code>${path}</code>`);
  });

  it('of several has an overview with a way to each', async () => {
    const audits = await Promise.all([auditOf([nativeFacts('a.so')]), auditOf([])]);
    const page = auditPage(audits);
    expect(page).toContain('<title>Audit of 2 inputs</title>');
    expect(page).toContain('href="#audit-1"');
    expect(page).toContain('id="audit-1"');
  });

  it('leads only to what is there, and gives no name twice', async () => {
    const natives = [nativeFacts('a.so', newer()), nativeFacts('b.so', { needed: ['liba.so'] })];
    const page = auditPage([await auditOf(natives), await auditOf(natives), await auditOf([])]);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(6);
    for (const target of targets) expect(ids).toContain(target);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('shows names as they are, and as text', async () => {
    const page = auditPage([
      await auditOf([nativeFacts('<b>\u202e.so', { needed: ['lib"evil".so'] })], {
        path: 'dist/<i>.whl',
      }),
    ]);
    expect(page).not.toMatch(/<b>\\u202e|<i>|"evil"|\u202e/);
    expect(page).toContain('&lt;b&gt;\\u202e.so');
  });

  it('of files for several processors says that no one tag fits', async () => {
    const natives = [nativeFacts('a.so'), nativeFacts('b.so', {}, { arch: 'aarch64' })];
    expect(auditPage([await auditOf(natives)])).toContain('aarch64, x86_64: no one tag fits');
  });

  it('of files without native code says that it runs anywhere, and no more', async () => {
    const text = textOf(auditPage([await auditOf([])]));
    expect(text).toContain('Holds no native file: it runs on any platform.');
    expect(text).not.toContain('Baselines');
  });

  it('stays small for thousands of files that need one another', async () => {
    const count = 3000;
    const natives = Array.from({ length: count }, (_, index) =>
      nativeFacts(`p/lib${index}.so`, {
        soname: `lib${index}.so`,
        needed: [`lib${(index * 17 + 1) % count}.so`, `libmissing${index}.so`],
        runpath: ['$ORIGIN'],
      }),
    );
    const audit = await auditOf(natives);
    expect(auditPage([audit]).length).toBeLessThan(2_000_000);
  }, 30_000);
});
