import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  definitionOf,
  printDefinition,
  readDefinition,
  type RecipeInput,
} from '../../../src/openwrt/definition/index.ts';

const SMALL = '[recipe]\nname = "python-six"\nversion = "1.17.0"\nrelease = "1"\n';

test('a definition has every default filled in', () => {
  const {
    recipe,
    source,
    build,
    package: packages,
  } = readDefinition(
    `${SMALL}\n[[package]]\nname = "python3-six"\ndepends = ["+python3-light"]\n`,
    'openwrt.toml',
  );
  expect(recipe).toMatchObject({ name: 'python-six', maintainers: [], license: [] });
  expect(source).toEqual({ urls: [], patches: [] });
  expect(build).toMatchObject({ system: 'pep517', host: false, depends: [], includes: [] });
  expect(packages).toMatchObject([
    { name: 'python3-six', interpreter: 'python3', sources: true, depends: ['+python3-light'] },
  ]);
});

describe('what is wrong is told', () => {
  test.each([
    ['[recipe]\nname = 1', 'recipe/bad-definition', /recipe.name/],
    ['[recipe', 'recipe/bad-definition', /TOML/],
    ['PK\u0003\u0004\0\0', 'recipe/bad-definition', /is no text/],
    [`a ${'b'.repeat(5_000)}\n`, 'recipe/bad-definition', /^.{100,600}$/s],
    [`${SMALL}licence = ["MIT"]`, 'recipe/unknown-key', /Did you mean license\?/],
    [`${SMALL}[build.python3]\nvarz = "A=1"`, 'recipe/unknown-key', /Did you mean vars\?/],
    [`${SMALL}[[packages]]\nname = "a"`, 'recipe/unknown-key', /Did you mean package\?/],
    [`${SMALL}[[package]]\nname = "a"\ndepend = []`, 'recipe/unknown-key', /Did you mean depends/],
    [`${SMALL}[[package]]\nname = "a"\ndepends = ["+a +b"]`, 'recipe/bad-definition', /one word/],
    [`${SMALL}[[package]]\nname = "a"\ntitle = "a\\nb"`, 'recipe/bad-definition', /one line/],
  ])('%s', (text, code, said) => {
    const error = refusal(() => readDefinition(text, 'openwrt.toml'));
    expect(error).toMatchObject({ code, path: 'openwrt.toml' });
    expect(JSON.stringify(error)).toMatch(said);
  });
});

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}/gu, ''));
const word = fc.oneof(
  fc.stringMatching(/^[+@!]?[A-Za-z0-9_.:\\"'#-]{1,12}$/),
  fc.constantFrom('$(RUST_ARCH_DEPENDS)', '$(if $(A), b,c d)', 'x$$y'),
);
const name = fc.stringMatching(/^[\w.+-]{1,12}$/);
const variableName = fc.stringMatching(/^[A-Z_$()]{1,9}$/);
const text = fc
  .array(fc.oneof(line, fc.constantFrom('"""', '\\', '""""x"', '\ta\r', '', ' x ')))
  .map((lines) => lines.join('\n'));
const when = fc.array(fc.constantFrom('ifeq ($(CONFIG_X),y)', 'ifdef A', 'ifneq ("a",)'), {
  maxLength: 2,
});
const operator = fc.constantFrom(':=' as const, '=' as const, '?=' as const, '+=' as const);
const rare = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

const definitions: fc.Arbitrary<RecipeInput> = fc.record({
  recipe: fc.record({
    name,
    version: line,
    release: line,
    maintainers: fc.array(line),
    license: fc.array(word),
    'cpe-id': rare(line),
    header: text,
  }),
  source: fc.record({ pypi: rare(line), hash: rare(line), urls: fc.array(word) }),
  build: fc.record({
    system: fc.constantFrom('pep517' as const, 'setup.py' as const, 'none' as const),
    depends: fc.array(word, { maxLength: 12 }),
    host: fc.boolean(),
    parallel: rare(fc.boolean()),
    directory: rare(line),
    python3: rare(fc.record({ vars: rare(line), args: rare(line) })),
    python2: rare(fc.record({ 'setup-args': rare(line) })),
  }),
  variable: fc.array(
    fc.record({
      name: variableName,
      operator,
      value: line,
      when,
      'after-includes': fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  package: fc.array(
    fc.record({
      name,
      variant: rare(name),
      sources: fc.boolean(),
      depends: fc.array(word, { maxLength: 12 }),
      description: text,
      filespec: rare(fc.array(line)),
      install: rare(text),
      'package-install': rare(text),
      when,
      settings: fc.array(fc.record({ name: variableName, operator, value: line, when }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 3 },
  ),
  step: fc.array(fc.record({ name, text, when }), { maxLength: 2 }),
  verbatim: fc.array(fc.record({ line: fc.nat().map((n) => n + 1), text, reason: line }), {
    maxLength: 2,
  }),
});

test('reading what was printed gives the same definition (law)', () => {
  fc.assert(
    fc.property(definitions, (input) => {
      const definition = definitionOf(structuredClone(input), 'law');
      const printed = printDefinition(definition);
      expect(readDefinition(printed, 'law')).toEqual(definition);
      expect(printDefinition(readDefinition(printed, 'law'))).toBe(printed);
    }),
    { numRuns: 300 },
  );
});

function refusal(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
