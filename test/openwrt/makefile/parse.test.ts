import { describe, expect, test } from 'vitest';
import {
  parseCondition,
  parseMakefile,
  printCondition,
} from '../../../src/openwrt/makefile/index.ts';

function statements(text: string): unknown[] {
  return parseMakefile(text, 'Makefile').statements.map(({ raw: _raw, ...rest }) => rest);
}

describe('assignments', () => {
  test.each([
    ['PKG_NAME:=six', 'PKG_NAME', ':=', 'six'],
    ['A = $(B) c', 'A', '=', '$(B) c'],
    ['PKG_RELEASE?=1', 'PKG_RELEASE', '?=', '1'],
    ['  TITLE+= (sources)', 'TITLE', '+=', '(sources)'],
    ['A::=x', 'A', ':=', 'x'],
    ['Package/python3/install:=:', 'Package/python3/install', ':=', ':'],
    ['Py3Package/$(1)/install?=:', 'Py3Package/$(1)/install', '?=', ':'],
    ['DEPENDS:=a # why', 'DEPENDS', ':=', 'a '],
    ['URL:=https://x/\\#frag', 'URL', ':=', 'https://x/\\#frag'],
    ['A:=$(subst #,x,$(B))', 'A', ':=', '$(subst #,x,$(B))'],
  ])('%s', (text, name, operator, value) => {
    expect(statements(text)).toEqual([{ kind: 'assignment', line: 1, name, operator, value }]);
  });

  test('join continued lines with one blank, and count lines from the first', () => {
    expect(statements('# c\nD:= \\\n  +a  \\\n\t+b\nE:=1\n')).toEqual([
      { kind: 'remark', line: 1 },
      { kind: 'assignment', line: 2, name: 'D', operator: ':=', value: '+a +b' },
      { kind: 'assignment', line: 5, name: 'E', operator: ':=', value: '1' },
    ]);
  });

  test('two backslashes at the end are no continuation', () => {
    expect(statements('A:=x\\\\\nB:=y')).toHaveLength(2);
  });

  test('may be exported or overridden', () => {
    expect(statements('export A=1\noverride B=')).toEqual([
      { kind: 'assignment', line: 1, name: 'A', operator: '=', value: '1', modifier: 'export' },
      { kind: 'assignment', line: 2, name: 'B', operator: '=', value: '', modifier: 'override' },
    ]);
  });
});

describe('defines', () => {
  test('keep their text, and those inside them', () => {
    const text = 'define T\n  define Package/$(1)\n    A:=1\n  endef\nendef\nB:=1\n';
    expect(statements(text)).toEqual([
      {
        kind: 'define',
        line: 1,
        name: 'T',
        operator: '=',
        body: '  define Package/$(1)\n    A:=1\n  endef',
      },
      { kind: 'assignment', line: 6, name: 'B', operator: ':=', value: '1' },
    ]);
  });

  test('may be empty; one without an end is left verbatim, and what follows is read', () => {
    expect(statements('define A\nendef')).toMatchObject([{ kind: 'define', body: '' }]);
    expect(statements('define A\nB:=1')).toMatchObject([
      { kind: 'verbatim', line: 1, reason: 'define without endef' },
      { kind: 'assignment', line: 2 },
    ]);
  });
});

describe('conditionals', () => {
  test('keep their branches, nested ones too', () => {
    const text =
      'ifeq ($(A),y)\nX:=1\nelse ifdef B\n  ifneq ($(C),)\n  X:=2\n  endif\nelse # no\nX:=3\nendif\n';
    const [conditional] = parseMakefile(text, 'Makefile').statements;
    expect(conditional).toMatchObject({
      kind: 'conditional',
      line: 1,
      branches: [
        { condition: { kind: 'ifeq', left: '$(A)', right: 'y' } },
        {
          condition: { kind: 'ifdef', name: 'B' },
          statements: [{ kind: 'conditional', line: 4 }],
        },
        { statements: [{ kind: 'assignment', line: 8, value: '3' }] },
      ],
    });
  });

  test.each(['ifeq ($(A),y)\nX:=1\n', 'ifeq ($(A)\nX:=1\nendif\n', 'endif\n', 'else\n'])(
    'that are wrong are verbatim, with their line: %j',
    (text) => {
      expect(statements(text)[0]).toMatchObject({ kind: 'verbatim', line: 1 });
    },
  );

  test('of both spellings are read', () => {
    expect(parseCondition(`ifneq "$(A)" 'b c'`)).toEqual({
      kind: 'ifneq',
      left: '$(A)',
      right: 'b c',
    });
    const nested = parseCondition('ifeq ($(if $(call f,$(1)),$(b)), x)');
    expect(nested).toEqual({ kind: 'ifeq', left: '$(if $(call f,$(1)),$(b))', right: 'x' });
    expect(nested === undefined ? '' : printCondition(nested)).toBe(
      'ifeq ($(if $(call f,$(1)),$(b)),x)',
    );
  });
});

test.each(['X != date', 'X!=date', 'export X !=date'])('%s is never run', (text) => {
  expect(statements(`${text}\n`)).toMatchObject([
    { kind: 'verbatim', line: 1, reason: expect.stringContaining('!=') },
  ]);
  expect(statements('A:=x!=y')).toMatchObject([{ kind: 'assignment', value: 'x!=y' }]);
});

test('includes, expressions and rules', () => {
  expect(statements('include $(TOPDIR)/rules.mk ../pypi.mk\n-include x.mk')).toEqual([
    {
      kind: 'include',
      line: 1,
      paths: ['$(TOPDIR)/rules.mk', '../pypi.mk'],
      isOptional: false,
    },
    { kind: 'include', line: 2, paths: ['x.mk'], isOptional: true },
  ]);
  expect(statements('$(eval $(call BuildPackage,a)) # x')).toEqual([
    { kind: 'expression', line: 1, text: '$(eval $(call BuildPackage,a))' },
  ]);
  expect(statements('all: $(A) b\n\techo $$x\n\tfalse\nX:=1')).toMatchObject([
    { kind: 'rule', targets: 'all', prerequisites: '$(A) b', recipe: ['echo $$x', 'false'] },
    { kind: 'assignment', line: 4 },
  ]);
  expect(statements('some words\n')).toMatchObject([{ kind: 'verbatim', line: 1 }]);
});
