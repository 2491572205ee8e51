/**
 * The shape of a recipe: which statements it has, in order, without its values. A Makefile of the same shape can be written
 * from it, so that tests need no recipe of anybody's.
 *
 * Words: `NAME:=` an assignment (`\` behind it when it is continued), `<package.mk` an include, `P0{TITLE:= &0}` the define
 * of the first package with its settings and calls of defaults, `P0/install` and `Y0/filespec` its parts, `B:Build/Compile`
 * a step, `D:Meson` another define, `$Py3Package:0` a call, `?ifeq[ ... | ... ]` a conditional, `#` for what has no word.
 */
import { parseMakefile, type Statement } from '../../src/openwrt/makefile/index.ts';

/** The shape of a Makefile; undefined when it has templates or loops, which a shape cannot tell. */
export function shapeOf(text: string): string | undefined {
  const owners = new Owners();
  const words = shapeWords(parseMakefile(text, 'Makefile').statements, owners);
  return words.some((word) => word.includes('#')) ? undefined : words.join(' ');
}

/** Packages and their defaults by number, in the order in which they are met. */
class Owners {
  readonly #names = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#names.set(name, this.#names.size);
    return this.#names.size - 1;
  }
}

function shapeWords(statements: readonly Statement[], owners: Owners): string[] {
  return statements.flatMap((statement): string[] => {
    switch (statement.kind) {
      case 'remark':
        return [];
      case 'assignment': {
        const part = /^(Py3Package|PyPackage|Package)\/([^/]+)\/(\w+)$/.exec(statement.name);
        const name =
          part === null
            ? statement.name
            : `${KINDS[part[1] ?? ''] ?? '#'}${owners.numberOf(part[2] ?? '')}/${part[3] ?? ''}`;
        if (/[$\s]/.test(name)) return ['#'];
        return [`${name}${statement.operator}${statement.raw.includes('\\\n') ? '\\' : ''}`];
      }
      case 'include':
        return statement.paths.map((path) => `<${path.split('/').pop() ?? ''}`);
      case 'define':
        return [defineWord(statement.name, statement.body, owners)];
      case 'conditional':
        return [
          `?${statement.branches.map(({ condition }) => condition?.kind ?? 'else').join(',')}[`,
          ...statement.branches.flatMap((branch, index) => [
            ...(index === 0 ? [] : ['|']),
            ...shapeWords(branch.statements, owners),
          ]),
          ']',
        ];
      case 'expression': {
        const call = /^\$\(eval \$\(call (\w+)(?:,([\w.+-]+))?\)\)$/.exec(statement.text);
        if (call === null) return ['#'];
        const [, name = '', owner] = call;
        if (!['BuildPackage', 'Py3Package', 'PyPackage', 'HostBuild'].includes(name)) return ['#'];
        if (owner === undefined) return [`$${name}`];
        const main = owner.replace(/-src$/, '');
        return [`$${name}:${owners.numberOf(main)}${owner === main ? '' : '-src'}`];
      }
      case 'rule':
      case 'verbatim':
        return ['#'];
    }
  });
}

const KINDS: Readonly<Record<string, string>> = { Package: 'P', Py3Package: 'Y', PyPackage: 'Z' };

function defineWord(name: string, body: string, owners: Owners): string {
  const match = /^(Package|Py3Package|PyPackage)\/([^/]+?)(-src)?(?:\/(\w+(?:\/\w+)?))?$/.exec(
    name,
  );
  if (match === null)
    return /^(?:Build|Host|Py3Build|PyBuild)\//.test(name) ? `B:${name}` : `D:${name}`;
  const [, kind = '', owner = '', twin, part] = match;
  if (twin !== undefined) return '#';
  const word = `${KINDS[kind] ?? '#'}${owners.numberOf(owner)}`;
  if (part !== undefined && part !== 'Default') return `${word}/${part}`;
  const inside = parseMakefile(body, 'Makefile').statements.flatMap((statement) => {
    if (statement.kind === 'remark') return [];
    if (statement.kind === 'assignment' && !/[$\s]/.test(statement.name))
      return [
        `${statement.name}${statement.operator}${statement.raw.includes('\\\n') ? '\\' : ''}`,
      ];
    const call = /^\$\(call Package\/([^/,)]+)\/Default\)$/.exec(
      statement.kind === 'expression' ? statement.text : '',
    );
    return [call === null ? '#' : `&${owners.numberOf(call[1] ?? '')}`];
  });
  return `${word}${part === undefined ? '' : '/Default'}{${inside.join(';')}}`;
}

/** A Makefile of a shape, with names and values of ours. */
export function makefileOfShape(shape: string): string {
  return `${shape.split(' ').map(statementOf).join('\n')}\n`;
}

const VALUES: Readonly<Record<string, string>> = {
  PKG_NAME: 'demo',
  PKG_VERSION: '1.0',
  PKG_RELEASE: '1',
  PKG_HOST_ONLY: '1',
  PKG_BUILD_PARALLEL: '1',
  HOST_BUILD_PARALLEL: '1',
  PYTHON3_PKG_BUILD: '0',
  PYTHON3_PKG_FORCE_DISTUTILS_SETUP: '1',
  PKG_MAINTAINER: 'Ann <ann@example.org>, Bob <bob@example.org>',
};

function statementOf(word: string): string {
  const call = /^\$(\w+)(?::(\d+)(-src)?)?$/.exec(word);
  if (call !== null) {
    const owner = call[2] === undefined ? '' : `,demo${call[2]}${call[3] ?? ''}`;
    return `$(eval $(call ${call[1] ?? ''}${owner}))`;
  }
  if (word.startsWith('<'))
    return `include ${word === '<rules.mk' ? '$(TOPDIR)' : '$(INCLUDE_DIR)'}/${word.slice(1)}`;
  const conditional = /^\?([\w,]+)\[$/.exec(word);
  if (conditional !== null) {
    const kind = (conditional[1] ?? '').split(',')[0] ?? '';
    return kind.endsWith('def') ? `${kind} CONFIG_DEMO` : `${kind} ($(CONFIG_DEMO),y)`;
  }
  if (word === '|') return 'else';
  if (word === ']') return 'endif';
  const assigned = /^([^{]*?)(:=|\?=|\+=|=)(\\?)$/.exec(word);
  if (assigned !== null) return assignmentOf(assigned);
  const define = /^([PYZ])(\d+)(\/[\w/]+)?(?:\{(.*)\})?$/.exec(word);
  if (define === null) return `define ${word.slice(2)}\n\techo $(PKG_BUILD_DIR)\nendef`;
  const [, kind = '', owner = '', part = '', settings] = define;
  const full = { P: 'Package', Y: 'Py3Package', Z: 'PyPackage' }[kind] ?? '';
  const body =
    settings === undefined
      ? (PARTS[part] ?? 'text')
      : settings
          .split(';')
          .filter((each) => each !== '')
          .map((each) =>
            each.startsWith('&')
              ? `$(call Package/demo${each.slice(1)}/Default)`
              : `  ${statementOf(each)}`,
          )
          .join('\n');
  return `define ${full}/demo${owner}${part}\n${body}\nendef`;
}

const PARTS: Readonly<Record<string, string>> = {
  '/filespec': '+|$(PYTHON3_PKG_DIR)\n-|$(PYTHON3_PKG_DIR)/demo/tests',
  '/install': '\t$(INSTALL_DIR) $(1)/usr/bin',
  '/conffiles': '/etc/demo.conf',
};

function assignmentOf([, name = '', operator = '', isContinued]: RegExpExecArray): string {
  const part = /^([PYZ])(\d+)(\/.*)$/.exec(name);
  const full =
    part === null
      ? name
      : `${{ P: 'Package', Y: 'Py3Package', Z: 'PyPackage' }[part[1] ?? ''] ?? ''}/demo${part[2] ?? ''}${part[3] ?? ''}`;
  const value = part === null ? (VALUES[name] ?? 'one') : ':';
  return isContinued === '\\'
    ? `${full}${operator} \\\n    ${value} \\\n    two`
    : `${full}${operator}${value}`;
}
