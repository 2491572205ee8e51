import { describe, expect, it } from 'vitest';
import { parseRequirement } from '../../../src/packaging/requirement.ts';
import { explainModule } from '../../../src/openwrt/dependencies/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { anyPython } from '../bytecode/interpreters.ts';
import { treeOf } from './trees.ts';

const tree = treeOf({
  'pkg/__init__.py': 'from . import net\nfrom urllib.request import urlopen\n',
  'pkg/net.py': 'import http.client\ndef f():\n    import ssl\n',
  'pkg/more.py': 'import requests.adapters\nimport yaml\n',
});

/** A line for each way: when, and its imports. */
async function ways(module: string): Promise<string[]> {
  const explained = await explainModule(tree, module, {
    release: openWrtRelease('25.12'),
    requires: ['requests', 'PyYAML'].map((each) => parseRequirement(each)),
    extras: [],
    reader: { python: anyPython.path },
  });
  return explained.ways.map(
    ({ when, steps }) =>
      `${when}: ${[`${steps[0]?.from ?? ''}:${steps[0]?.line ?? ''}`, ...steps.map(({ to }) => to)].join(' > ')}`,
  );
}

describe('the ways to a module', () => {
  it('are told from every file, the strongest and shortest first', async () => {
    expect(await ways('ssl')).toEqual([
      'use: pkg.net:3 > ssl',
      'optional: pkg:2 > urllib.request > ssl',
      'optional: pkg.net:1 > http.client > ssl',
    ]);
    expect(await ways('email.parser')).toEqual([
      'import: pkg.net:1 > http.client > email.parser',
      'import: pkg:2 > urllib.request > http.client > email.parser',
    ]);
  });

  it('lead to modules of the package, and to those of others by either name', async () => {
    expect(await ways('pkg.net')).toEqual(['import: pkg:1 > pkg.net']);
    expect(await ways('requests')).toEqual(['import: pkg.more:1 > requests.adapters']);
    expect(await ways('pyyaml')).toEqual(['import: pkg.more:2 > yaml']);
    expect(await ways('sqlite3')).toEqual([]);
  });
});
