import { describe, expect, test } from 'vitest';
import {
  evaluateMakefile,
  expand,
  parseMakefile,
  type MakeEvent,
} from '../../../src/openwrt/makefile/index.ts';

function evaluated(text: string): ReturnType<typeof evaluateMakefile> {
  return evaluateMakefile(parseMakefile(text, 'Makefile'));
}

function value(text: string, expression: string): string {
  return expand(expression, evaluated(text).context);
}

function calls(text: string): MakeEvent[] {
  return evaluated(text).events.filter(({ kind }) => kind === 'call');
}

describe('expansion', () => {
  test.each([
    ['$(A)', 'a b'],
    ['${A}', 'a b'],
    ['$(subst a,x,$(A))', 'x b'],
    ['$(patsubst %b,%c,ab cb d)', 'ac cc d'],
    ['$(F:.c=.o)', 'x.o y.h'],
    ['$(filter %.c,$(F))|$(filter-out %.c,$(F))', 'x.c|y.h'],
    ['$(firstword $(A))$(lastword $(A))$(word 2,$(A))$(words $(A))', 'abb2'],
    ['$(if $(A),yes,no)$(if ,yes,no)', 'yesno'],
    ['$(or ,$(A))|$(and x,,y)', 'a b|'],
    ['$(findstring b,$(A))$(findstring c,$(A))', 'b'],
    ['$(foreach x,$(A),<$(x)>)', '<a> <b>'],
    ['$(call twice,q)', 'qq'],
    ['$(call twice)', ''],
    ['$(addprefix -,$(A)) $(addsuffix +,$(A))', '-a -b a+ b+'],
    ['$(dir a/b c)$(notdir a/b)$(basename a/b.c)$(suffix a/b.c)', 'a/ ./ba/b.c'],
    ['$(join a b,1 2)|$(wordlist 2,3,a b c d)|$(sort c a b a)', 'a1 b2|b c|a b c'],
    ['$(strip  a   b )', 'a b'],
    ['$($(N))', 'a b'],
    ['$$x', '$$x'],
  ])('%s', (expression, expected) => {
    const text = 'A:=a b\nF:=x.c y.h\nN:=A\ntwice=$(1)$(1)\n';
    expect(value(text, expression)).toBe(expected);
  });

  test('leaves what the recipe does not set, inside of functions too', () => {
    const text = 'A:=a\n';
    for (const open of [
      '$(INSTALL_DIR)',
      '$(subst a,b,$(X))',
      '$(call Build/Compile/Default,a)',
      '$(foreach p,$(X),<$(p)>)',
      '$(shell date)',
      '$(if $(CONFIG_X),a,b)',
      '$(X:.c=.o)',
      '$@',
    ])
      expect(value(text, open)).toBe(open);
    expect(value(text, '$(if $(CONFIG_X),$(A)$(Y),)')).toBe('$(if $(CONFIG_X),a$(Y),)');
  });

  test('takes the values of the time of := and of = differently', () => {
    expect(value('A:=1\nB:=$(A)\nC=$(A)\nA:=2\n', '$(B)$(C)')).toBe('12');
    expect(value('A?=1\nA?=2\nA+=3\n', '$(A)')).toBe('1 3');
    expect(value('CFLAGS+=-O\n', '$(CFLAGS)')).toBe('$(CFLAGS)');
  });
});

describe('templates', () => {
  test('are carried out, arguments and all', () => {
    const text = `define One
  define Package/x-$(1)
    DEPENDS:=$(2)
  endef
  $$(eval $$(call BuildPackage,x-$(1)))
endef
$(eval $(call One,a,+b +c))
$(foreach m,c d,$(eval $(call One,$(m))))
`;
    expect(calls(text)).toEqual([
      { kind: 'call', line: 7, when: [], name: 'BuildPackage', values: ['x-a'] },
      { kind: 'call', line: 8, when: [], name: 'BuildPackage', values: ['x-c'] },
      { kind: 'call', line: 8, when: [], name: 'BuildPackage', values: ['x-d'] },
    ]);
    const { scope } = evaluated(text);
    expect(scope.get('Package/x-a')?.value).toBe('    DEPENDS:=+b +c');
    expect(scope.get('Package/x-c')?.value).toBe('    DEPENDS:=');
  });
});

describe('conditions', () => {
  test('that can be answered are, and others stay with what they hold', () => {
    const text = `A:=1
ifeq ($(A),1)
B:=yes
else
B:=no
endif
ifeq ($(CONFIG_X),y)
C:=1
else ifdef CONFIG_Z
C:=2
else
C:=3
endif
`;
    const sets = evaluated(text).events.filter((event) => event.kind === 'set');
    expect(sets.map(({ name, value: to, when }) => [name, to, when])).toEqual([
      ['A', '1', []],
      ['B', 'yes', []],
      ['C', '1', ['ifeq ($(CONFIG_X),y)']],
      ['C', '2', ['ifneq ($(CONFIG_X),y)', 'ifdef CONFIG_Z']],
      ['C', '3', ['ifneq ($(CONFIG_X),y)', 'ifndef CONFIG_Z']],
    ]);
    expect(value(text, '$(C)')).toBe('$(C)');
  });

  test('that ask whether a text with characters of its own is empty are answered', () => {
    const text = 'ifeq (,/usr/$(V))\nA:=1\nelse\nA:=2\nendif\nifneq ($(V),)\nB:=1\nendif\n';
    expect(evaluated(text).events).toMatchObject([
      { name: 'A', value: '2', when: [] },
      { name: 'B', when: ['ifneq ($(V),)'] },
    ]);
  });

  test('of an $(if ...) that nobody can answer keep an eval from happening', () => {
    const text = '$(if $(CONFIG_X),$(eval $(call BuildPackage,a)))\n';
    expect(evaluated(text).events).toMatchObject([{ kind: 'verbatim', line: 1 }]);
  });
});
