/** Every row of the table in docs/openwrt.md, which compares the language with the scripts of 2019 and 2023. */
import { describe, expect, it } from 'vitest';
import { FileTree, type TreeEntry } from '../../../src/archive/tree/index.ts';
import { applyFilespec, parseFilespec } from '../../../src/openwrt/filespec/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';

const file = (text: string, mode = 0o644): TreeEntry => ({
  kind: 'file',
  mode,
  size: text.length,
  content: { bytes: Buffer.from(text) },
});
const directory = (mode: number): TreeEntry => ({ kind: 'directory', mode });
const link = (target: string): TreeEntry => ({ kind: 'symlink', target });

/** An installed tree with one of each: programs, a private folder, links, hidden files, a blank in a name. */
function installed(): FileTree {
  return FileTree.from([
    ['usr/bin', directory(0o750)],
    ['usr/bin/tool', file('#!/bin/sh\n', 0o755)],
    ['usr/bin/alias', link('tool')],
    ['usr/lib/python3.13/site-packages/pkg/__init__.py', file('')],
    ['usr/lib/python3.13/site-packages/pkg/tests/test_a.py', file('a')],
    ['usr/lib/python3.13/site-packages/other/tests/test_b.py', file('b')],
    ['usr/lib/python3.13/site-packages/other/.hidden', file('h')],
    ['usr/share/two words/readme', file('r')],
    ['var/lib/pkg', directory(0o700)],
    ['var/lib/pkg/state', file('s', 0o600)],
  ]);
}

function apply(text: string, options: { lenient?: boolean; from?: FileTree } = {}): FileTree {
  const destination = new FileTree();
  const filespec = parseFilespec(text, 'pkg.filespec', { lenient: options.lenient ?? false });
  applyFilespec(filespec, options.from ?? installed(), destination);
  return destination;
}

function listed(tree: FileTree): string[] {
  return tree
    .entries()
    .filter(([, { kind }]) => kind !== 'directory')
    .map(([path]) => path);
}

function modeOf(tree: FileTree, path: string): string {
  const entry = tree.get(path);
  return entry === undefined || entry.kind === 'symlink' ? 'none' : entry.mode.toString(8);
}

function refusal(text: string, options: { lenient?: boolean } = {}): Partial<WheelworksError> {
  try {
    apply(text, options);
  } catch (error) {
    if (error instanceof WheelworksError) {
      const { code, message, evidence = '', hint = '' } = error;
      return { code, message, evidence, hint };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

const SITE = '/usr/lib/python3.13/site-packages';

describe('a filespec', () => {
  it('without a line is an error', () => {
    expect(refusal('').code).toBe('filespec/takes-nothing');
    expect(refusal('# nothing\n\n', { lenient: true }).code).toBe('filespec/takes-nothing');
  });

  it('with a [ that is never closed is an error, with the line; a bracket of a name can be written', () => {
    expect(refusal('+|/usr\n-|/usr/bin/[a-z')).toMatchObject({
      code: 'filespec/bad-pattern',
      message: 'Line 2 of pkg.filespec has a [ that is never closed.',
      evidence: '-|/usr/bin/[a-z',
    });
    const from = FileTree.from([['usr/a[1', file('')]]);
    expect(listed(apply('+|/usr/a[[]1', { from }))).toEqual(['usr/a[1']);
  });
});

describe('+ copies', () => {
  it('directories with all that is in them, modes kept, links as links', () => {
    const tree = apply('+|/usr/bin\n+|/var/lib/pkg');
    expect(listed(tree)).toEqual(['usr/bin/alias', 'usr/bin/tool', 'var/lib/pkg/state']);
    expect(tree.get('usr/bin/alias')).toEqual(link('tool'));
    expect(modeOf(tree, 'usr/bin')).toBe('750');
    expect(modeOf(tree, 'var/lib/pkg/state')).toBe('600');
  });

  it('to parents with mode 755, whatever those of the source have, as since 2023', () => {
    expect(modeOf(apply('+|/usr/bin/tool'), 'usr/bin')).toBe('755');
    expect(modeOf(apply('+|/usr/bin/tool', { lenient: true }), 'usr/bin')).toBe('755');
  });

  it('what a pattern in the last part meets, where the script of 2019 failed', () => {
    expect(listed(apply('+|/usr/bin/t*'))).toEqual(['usr/bin/tool']);
    expect(listed(apply('+|/usr/bin/[!t]*'))).toEqual(['usr/bin/alias']);
  });

  it('what a pattern in a directory part meets, where that of 2023 makes a folder of the pattern', () => {
    expect(listed(apply(`+|${SITE}/*/tests/test_?.py`))).toEqual([
      'usr/lib/python3.13/site-packages/other/tests/test_b.py',
      'usr/lib/python3.13/site-packages/pkg/tests/test_a.py',
    ]);
    expect(listed(apply('+|/usr/**/tests'))).toHaveLength(2);
  });

  it('no name with a dot in front unless the pattern has it, as a shell', () => {
    expect(listed(apply(`+|${SITE}/other/*`))).not.toContain(
      'usr/lib/python3.13/site-packages/other/.hidden',
    );
    expect(listed(apply(`+|${SITE}/other/.h*`))).toHaveLength(1);
  });

  it('and fails for a path or pattern that names nothing, lenient or not', () => {
    for (const lenient of [false, true]) {
      expect(refusal('\n+|/usr/bin/none', { lenient })).toMatchObject({
        code: 'filespec/not-found',
        message: 'Line 2 of pkg.filespec names nothing in what was installed.',
        evidence: '+|/usr/bin/none',
      });
      expect(refusal('+|/usr/*/none', { lenient }).code).toBe('filespec/not-found');
    }
  });

  it('with a mode for regular files alone, and a fourth field for directories', () => {
    const files = apply('+|/usr/bin|0700');
    expect([modeOf(files, 'usr/bin/tool'), modeOf(files, 'usr/bin')]).toEqual(['700', '750']);
    const both = apply('+|/usr/bin|0600|0711');
    expect([modeOf(both, 'usr/bin/tool'), modeOf(both, 'usr/bin')]).toEqual(['600', '711']);
    expect(both.get('usr/bin/alias')).toEqual(link('tool'));
  });

  it('with a mode also in the first line, which broke the script of 2019', () => {
    expect(modeOf(apply('+|/usr/bin/tool|0711'), 'usr/bin/tool')).toBe('711');
  });
});

describe('- takes away', () => {
  const everything = `+|${SITE}\n`;

  it('files and trees, by path or pattern, and no mode matters', () => {
    expect(listed(apply(`${everything}-|${SITE}/*/tests|0755`))).toEqual([
      'usr/lib/python3.13/site-packages/other/.hidden',
      'usr/lib/python3.13/site-packages/pkg/__init__.py',
    ]);
  });

  it('and fails for what is not there, as since 2023; lenient, it says so and goes on', () => {
    expect(refusal(`${everything}-|${SITE}/none`)).toMatchObject({
      code: 'filespec/not-found',
      message: 'Line 2 of pkg.filespec names nothing in the package so far.',
      evidence: `-|${SITE}/none`,
    });
    const filespec = parseFilespec(`${everything}-|${SITE}/none`, 'f', { lenient: true });
    const applied = applyFilespec(filespec, installed(), new FileTree());
    expect(applied.ignored).toEqual([
      { line: 2, text: `-|${SITE}/none`, reason: 'nothing of that name is there' },
    ]);
  });
});

describe('= and == set modes', () => {
  it('= of everything below, files and directories apart', () => {
    const tree = apply('+|/var/lib\n=|/var/lib|0640|0750');
    expect(modeOf(tree, 'var/lib')).toBe('750');
    expect(modeOf(tree, 'var/lib/pkg')).toBe('750');
    expect(modeOf(tree, 'var/lib/pkg/state')).toBe('640');
    expect(modeOf(apply('+|/var/lib\n=|/var/lib||0750'), 'var/lib/pkg/state')).toBe('600');
  });

  it('== of the one entry', () => {
    const tree = apply('+|/var/lib\n==|/var/lib|0640|0711');
    expect(modeOf(tree, 'var/lib')).toBe('711');
    expect(modeOf(tree, 'var/lib/pkg')).toBe('700');
  });

  it('and fail without a mode, or for what is not there', () => {
    expect(refusal('+|/usr/bin\n=|/usr/bin').code).toBe('filespec/bad-mode');
    expect(refusal('+|/usr/bin\n==|/usr/bin||').code).toBe('filespec/bad-mode');
    expect(refusal('+|/usr/bin\n=|/usr/lib|0644').code).toBe('filespec/not-found');
    expect(refusal('+|/usr/bin\n=|/usr/lib|0644', { lenient: true }).code).toBe(
      'filespec/not-found',
    );
  });

  it('of modes that are octal', () => {
    for (const mode of ['u+x', '0888', '00644', '-1'])
      expect(refusal(`+|/usr/bin|${mode}`).code).toBe('filespec/bad-mode');
    expect(modeOf(apply('+|/usr/bin/tool|4755'), 'usr/bin/tool')).toBe('4755');
  });
});

describe('lines', () => {
  it('with an unknown operator fail; lenient, they are passed over and told', () => {
    expect(refusal('+|/usr/bin\n*|/usr/lib')).toMatchObject({
      code: 'filespec/unknown-operator',
      message: 'Line 2 of pkg.filespec does not begin with +, -, = or ==.',
      evidence: '*|/usr/lib',
    });
    expect(parseFilespec('+|/a\n*|/b', 'f', { lenient: true }).ignored).toEqual([
      { line: 2, text: '*|/b', reason: 'its operator is none' },
    ]);
  });

  it('may be empty, comments, indented, and have blanks around their fields', () => {
    const text = '\uFEFF# what it has\r\n\r\n  + | /usr/bin/tool | 0700 \r\n\t# no more\r\n';
    expect(modeOf(apply(text), 'usr/bin/tool')).toBe('700');
  });

  it('may have blanks inside a path, as in 2019', () => {
    expect(listed(apply('+|/usr/share/two words'))).toEqual(['usr/share/two words/readme']);
  });

  it('have no way to write a | in a path', () => {
    expect(refusal(String.raw`+|/a\|b|0644|0755|x`).code).toBe('filespec/bad-line');
    expect(refusal('+|/a|0644|0755|x').code).toBe('filespec/bad-line');
    expect(refusal('+').code).toBe('filespec/bad-line');
  });

  it('count in their order: what - took, + brings back; - takes only what is there by then', () => {
    expect(listed(apply('+|/usr/bin\n-|/usr/bin/tool\n+|/usr/bin/tool'))).toContain('usr/bin/tool');
    expect(refusal('-|/usr/bin/tool\n+|/usr/bin').code).toBe('filespec/not-found');
  });

  it('stop at the first that fails, in lenient mode too, where in 2019 the last one counted', () => {
    expect(refusal('+|/none\n+|/usr/bin', { lenient: true }).code).toBe('filespec/not-found');
  });
});

describe('the root', () => {
  it('is never left', () => {
    for (const path of ['/usr/../../etc/passwd', '..', '/a/..'])
      expect(refusal(`+|${path}`)).toMatchObject({ code: 'filespec/outside-root' });
    expect(refusal('+|/usr/bin\n-|/usr/bin/../../x', { lenient: true }).code).toBe(
      'filespec/outside-root',
    );
  });

  it('is not left through a link either, which is not followed', () => {
    const from = FileTree.from([
      ['usr/out', link('/etc')],
      ['usr/in', directory(0o755)],
    ]);
    const filespec = parseFilespec('+|/usr/out/passwd', 'f');
    expect(() => applyFilespec(filespec, from, new FileTree())).toThrow(
      expect.objectContaining({
        code: 'filespec/not-found',
        hint: '/usr/out is a link, which is not followed; name the place that it leads to.',
      }),
    );
  });

  it('can be copied whole, with or without slashes in front', () => {
    expect(listed(apply('+|/'))).toEqual(listed(installed()));
    expect(listed(apply('+|usr//bin/./tool'))).toEqual(['usr/bin/tool']);
    expect(listed(apply('+|/\n-|/'))).toEqual([]);
  });
});

it('a directory does not take the place of a file', () => {
  const destination = FileTree.from([['usr', file('')]]);
  const filespec = parseFilespec('+|/usr/bin', 'f');
  expect(() => applyFilespec(filespec, installed(), destination)).toThrow(
    expect.objectContaining({ code: 'filespec/conflict', evidence: '+|/usr/bin' }),
  );
});
