import * as fc from 'fast-check';
import type { Marker, MarkerComparison } from '../../src/packaging/marker.ts';
import type { Requirement } from '../../src/packaging/requirement.ts';
import type { SpecifierSet } from '../../src/packaging/specifier-set.ts';
import { parseSpecifier, type Specifier } from '../../src/packaging/specifier.ts';
import {
  baseVersion,
  formatVersion,
  publicVersion,
  type Version,
} from '../../src/packaging/version.ts';

/** Mostly so small that versions meet, now and then beyond what a double holds. */
const number: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 9, arbitrary: fc.bigInt({ min: 0n, max: 2n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 30n }) },
);

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Any version, as parsed. */
export const versions: fc.Arbitrary<Version> = fc.record({
  epoch: fc.oneof({ weight: 4, arbitrary: fc.constant(0n) }, number),
  release: fc.array(number, { minLength: 1, maxLength: 4 }),
  pre: rarely(fc.record({ kind: fc.constantFrom('a', 'b', 'rc'), number })),
  post: rarely(number),
  dev: rarely(number),
  local: rarely(
    fc.array(fc.oneof(number, fc.constantFrom('a', 'b', '1a', 'ubuntu')), {
      minLength: 1,
      maxLength: 3,
    }),
  ),
});

/** A version in a spelling that is not the normal form. */
export const spellings: fc.Arbitrary<{ version: Version; text: string }> = fc
  .record({
    version: versions,
    separator: fc.constantFrom('', '.', '-', '_'),
    prefix: fc.constantFrom('', 'v', ' V', '\t'),
    labels: fc.constantFrom(
      { a: 'alpha', b: 'beta', rc: 'c', post: 'rev' },
      { a: 'A', b: 'B', rc: 'preview', post: 'r' },
      { a: 'a', b: 'b', rc: 'Pre', post: 'POST' },
    ),
    zeros: fc.constantFrom('', '00'),
  })
  .map(({ version, separator, prefix, labels, zeros }) => {
    const label = (word: string, value: bigint): string =>
      `${separator}${word}${separator}${zeros}${value}`;
    const { pre, post, dev, local } = version;
    const text = [
      prefix,
      zeros,
      baseVersion(version),
      pre === undefined ? '' : label(labels[pre.kind], pre.number),
      post === undefined ? '' : label(labels.post, post),
      dev === undefined ? '' : label('DEV', dev),
      local === undefined ? '' : `+${local.join(separator === '' ? '.' : separator).toUpperCase()}`,
      ' ',
    ].join('');
    return { version, text };
  });

/** Any specifier that compares versions. */
export const specifiers: fc.Arbitrary<Specifier> = fc
  .record({
    operator: fc.constantFrom('==', '!=', '==*', '!=*', '<=', '>=', '<', '>', '~='),
    version: versions,
  })
  .map(({ operator, version }) => {
    if (operator.endsWith('*')) {
      return parseSpecifier(`${operator.slice(0, 2)}${baseVersion(version)}.*`);
    }
    if (operator === '==' || operator === '!=') {
      return parseSpecifier(`${operator}${formatVersion(version)}`);
    }
    const release = operator === '~=' ? [0n, ...version.release] : version.release;
    return parseSpecifier(`${operator}${publicVersion({ ...version, release })}`);
  });

export const specifierSets: fc.Arbitrary<SpecifierSet> = fc.array(specifiers, { maxLength: 3 });

const comparisons: fc.Arbitrary<MarkerComparison> = fc
  .record({
    name: fc.constantFrom('os_name', 'sys_platform', 'platform_version'),
    text: fc.string({ unit: 'binary', maxLength: 6 }),
    operator: fc.constantFrom('==', '!=', '<', '>=', 'in', 'not in'),
    swap: fc.boolean(),
  })
  .map(({ name, text, operator, swap }) => {
    const variable = { kind: 'variable', name } as const;
    const quoted = { kind: 'text', text } as const;
    const [left, right] = swap ? [quoted, variable] : [variable, quoted];
    return { kind: 'comparison', left, operator, right };
  });

/** Any marker that code may put together: also chains in chains without a group between them. */
export const markers: fc.Arbitrary<Marker> = fc.letrec<{ marker: Marker }>((tie) => ({
  marker: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparisons,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      operands: fc.array(tie('marker'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('group' as const), marker: tie('marker') }),
  ),
})).marker;

const names: fc.Arbitrary<string> = fc.stringMatching(
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?$/,
);

/** Any requirement that code may put together: with versions or with a URL. */
export const requirements: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record(
    {
      name: names,
      extras: fc.array(names, { maxLength: 3 }),
      specifier: specifierSets,
      marker: markers,
    },
    { requiredKeys: ['name', 'extras', 'specifier'] },
  ),
  fc.record(
    {
      name: names,
      extras: fc.array(names, { maxLength: 3 }),
      specifier: fc.constant<SpecifierSet>([]),
      url: fc.webUrl(),
      marker: markers,
    },
    { requiredKeys: ['name', 'extras', 'specifier', 'url'] },
  ),
);
