import { describe, expect, it } from 'vitest';
import { closeSplit } from '../../../src/openwrt/interpreter/close.ts';
import { python2Imports } from '../../../src/openwrt/interpreter/import-graph.ts';
import { packageOfModule, splitDefinition } from '../../../src/openwrt/interpreter/index.ts';
import { missingModules } from '../../../src/openwrt/interpreter/missing.ts';
import { startModules } from '../../../src/openwrt/interpreter/start-up.ts';

describe.each(['18.06', '19.07'])('the imports of Python 2, split as %s', (release) => {
  const definition = splitDefinition(release, { series: 'python' });
  const graph = python2Imports();
  const names = new Set([...graph.keys(), ...[...graph.values()].flat()]);
  const places = new Map(
    [...names].flatMap((name) => {
      const place = packageOfModule(definition, name);
      return place === undefined ? [] : [[name, place] as const];
    }),
  );
  const {
    open,
    added,
    places: closed,
  } = closeSplit(definition, {
    places,
    graph,
    sizes: new Map(),
    start: startModules('2.7'),
  });

  it('leave nothing open', () => {
    expect(open).toEqual([]);
    expect(added).toContainEqual(
      expect.objectContaining({ package: 'python-distutils', depends: 'python-email' }),
    );
    for (const name of ['smtplib', 'mailbox']) expect(closed.get(name)).toBe('python-email');
    expect(closed.get('stringprep')).toBe('python-codecs');
    expect(closed.get('ssl')).toBe('python-openssl');
    expect(closed.get('socket')).toBe('python-light');
    expect(closed.get('runpy')).toBe('python-base');
  });

  it('tell what cannot be imported without a library', () => {
    const missing = missingModules(graph, new Set(['_bsddb']));
    expect([...missing.keys()]).toEqual(expect.arrayContaining(['bsddb', 'bsddb.db', 'dbhash']));
    expect(missing.has('anydbm')).toBe(false);
  });
});
