import { describe, expect, test } from 'vitest';
import { evaluateMakefile, expand, parseMakefile } from '../../src/openwrt/makefile/index.ts';
import { importRecipe } from '../../src/openwrt/import/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';

function run(text: string): ReturnType<typeof evaluateMakefile> {
  return evaluateMakefile(parseMakefile(text, 'Makefile'));
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'nothing thrown';
}

describe('Makefiles that mean harm', () => {
  test('a variable that doubles another thirty times is refused, in bounded time', () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `A${index + 1}=$(A${index})$(A${index})`,
    );
    const { context } = run(`A0=x\n${lines.join('\n')}\n`);
    expect(codeOf(() => expand('$(A60)', context))).toBe('recipe/expansion-too-large');
    expect(codeOf(() => run(`A0=x\n${lines.join('\n')}\nB:=$(A60)\n`))).toBe(
      'recipe/expansion-too-large',
    );
  });

  test('empty values that double do not run for ever either', () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `A${index + 1}=$(A${index})$(A${index})`,
    );
    expect(codeOf(() => run(`A0=\n${lines.join('\n')}\nB:=$(A60)\n`))).toBe(
      'recipe/expansion-too-large',
    );
  });

  test('a variable of itself is told, with its line, and the rest is read', () => {
    const { events } = run('A=$(B)\nB=$(A)\nC:=$(A)\nD:=1\n');
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'verbatim', line: 3, reason: expect.stringContaining('A') }),
    );
    expect(events.at(-1)).toMatchObject({ name: 'D', line: 4 });
  });

  test('a function that calls itself, or makes itself again, ends', () => {
    expect(run('f=$(call f,$(1)x)\nA:=$(call f,)\n').events.at(-1)).toMatchObject({
      kind: 'verbatim',
      line: 2,
    });
    const endless =
      'define T\n$$(eval $$(call T))\n$$(eval $$(call T))\nendef\n$(eval $(call T))\n';
    expect(codeOf(() => run(endless))).toBe('recipe/expansion-too-large');
  });

  test('every limit is told by its own name, with the line where it was met', () => {
    const many = (count: number, value: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => `V${n + 1}:=${value(n)}\n`).join('');
    const said = (text: string): string => {
      try {
        run(text);
      } catch (error) {
        if (error instanceof WheelworksError)
          return `${error.code} ${error.message} ${error.evidence} ${error.hint}`;
        throw error;
      }
      return 'nothing thrown';
    };
    expect(said(many(100_000, () => 'x'))).toMatch(
      /too-large The Makefile says too much\. line 50002: more than 50000 statements/,
    );
    expect(said(many(200_000, (n) => `$(V${n}) x${n}`))).toMatch(/too-large .* line \d+: /);
    expect(said(many(20_000, (n) => `$(V${n}) x`))).toMatch(
      /variables of the Makefile get too large .* line \d+: .*each holds the one before/,
    );
    expect(said('define T\n$$(eval $$(call T))\nendef\n\n$(eval $(call T))\n')).toMatch(
      /line 5: templates that make templates, 50 deep/,
    );
  });

  test('ten thousand open brackets, conditionals and defines are read in bounded time', () => {
    for (const text of [
      '$('.repeat(10_000),
      'ifeq (a,$(b))\n'.repeat(10_000),
      'define x\n'.repeat(10_000),
      `A:=${'$(B'.repeat(3_000)}${')'.repeat(3_000)}`,
      '\\\n'.repeat(10_000),
    ]) {
      const { statements } = parseMakefile(text, 'Makefile');
      expect(statements.map(({ raw }) => raw).join('')).toBe(text);
    }
  });

  test('a recipe without a name is refused with a code', () => {
    expect(codeOf(() => importRecipe('A:=1\n', { path: 'Makefile' }))).toBe('recipe/no-recipe');
  });
});
