import { execFileSync, spawnSync } from 'node:child_process';
import { SHN, type ElfFile, type ElfSymbol } from '../../src/binary/elf/index.ts';

/** What `readelf` and `readElf` are compared on. */
export interface ElfFacts {
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** `library version`, sorted. */
  readonly versionNeeds: readonly string[];
  /** `name@version binding type undefined|defined|absolute|common`, in the order of the table. */
  readonly symbols: readonly string[];
}

/**
 * Whether a readelf that can be compared with is on this machine: binutils' since 2.38. LLVM's prints another format,
 * and older ones garble names that are not ASCII.
 */
export function hasReadelf(): boolean {
  const result = spawnSync('readelf', [UNICODE, '--version'], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.startsWith('GNU readelf');
}

const UNICODE = '--unicode=hex';

/** What readelf says of a file; undefined when it is no ELF file to readelf either. */
export function askReadelf(path: string): ElfFacts | undefined {
  const text = execFileSync('readelf', [UNICODE, '-W', '-d', '-V', '--dyn-syms', '--', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text === '' ? undefined : parseReadelf(text);
}

/** The same facts from our reader. */
export function factsOf(elf: ElfFile): ElfFacts {
  return {
    needed: elf.needed,
    soname: elf.soname,
    rpath: elf.rpath.length === 0 ? undefined : elf.rpath.join(':'),
    runpath: elf.runpath.length === 0 ? undefined : elf.runpath.join(':'),
    versionNeeds: Object.entries(elf.versionedSymbols())
      .flatMap(([library, versions]) => versions.map((version) => `${library} ${version}`))
      .sort(),
    symbols: elf.symbols().map((symbol) => {
      const name = symbol.type === 'section' ? sectionName(elf, symbol) : nameOf(symbol);
      return `${name} ${symbol.binding} ${symbol.type} ${placeOf(symbol)}`;
    }),
  };
}

/** Symbols of sections have no name of their own; readelf writes the section's. */
function sectionName(elf: ElfFile, symbol: ElfSymbol): string {
  return symbol.name === '' ? (elf.sections[symbol.section]?.name ?? '') : symbol.name;
}

/**
 * As readelf writes it: `@@` before a version that the file defines as its default, `@` before any other, also that of
 * a symbol copied from a library; no version after the absolute symbol that stands for a version itself.
 */
function nameOf({ name, version, section }: ElfSymbol): string {
  if (version === undefined || (version.name === name && section === SHN.ABS)) return name;
  const isDefault = version.library === undefined && !version.hidden;
  return `${name}${isDefault ? '@@' : '@'}${version.name}`;
}

function placeOf({ section }: ElfSymbol): string {
  if (section === SHN.UNDEF) return 'undefined';
  if (section === SHN.ABS) return 'absolute';
  return section === SHN.COMMON ? 'common' : 'defined';
}

const DYNAMIC_LINE = /^ 0x[0-9a-f]+ \((NEEDED|SONAME|RPATH|RUNPATH)\)\s+[^[]*\[(.*)\]$/;
const NEED_FILE_LINE = /^\s+(?:0x)?[0-9a-f]+: Version: \d+\s+File: (.*?)\s+Cnt: \d+$/;
const NEED_NAME_LINE = /^\s+0x[0-9a-f]+:\s+Name: (.*?)\s+Flags: .*?\s+Version: \d+$/;
const SYMBOL_LINE =
  /^\s*(\d+): [0-9a-f]+\s+(?:0x[0-9a-f]+|\d+) (\S+)\s+(\S+)\s+(?:DEFAULT|HIDDEN|PROTECTED|INTERNAL)(?:\s+\[[^\]]*\])*\s+(bad section index\[[ \d]+\]|\S+)(?: (.*))?$/;

function parseReadelf(text: string): ElfFacts {
  const dynamic = new Map<string, string[]>();
  const versionNeeds = new Set<string>();
  const symbols: string[] = [];
  let library: string | undefined;
  let isDynamicSymbols = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('Symbol table')) isDynamicSymbols = true;
    else if (line.startsWith('Version')) isDynamicSymbols = false;
    const entry = DYNAMIC_LINE.exec(line);
    if (entry?.[1] !== undefined && entry[2] !== undefined) {
      dynamic.set(entry[1], [...(dynamic.get(entry[1]) ?? []), entry[2]]);
    }
    library = NEED_FILE_LINE.exec(line)?.[1] ?? library;
    const need = NEED_NAME_LINE.exec(line)?.[1];
    if (need !== undefined && library !== undefined) versionNeeds.add(`${library} ${need}`);
    const symbol = isDynamicSymbols ? parseSymbol(line) : undefined;
    if (symbol !== undefined) symbols.push(symbol);
  }
  return {
    needed: dynamic.get('NEEDED') ?? [],
    soname: dynamic.get('SONAME')?.at(-1),
    rpath: dynamic.get('RPATH')?.at(-1),
    runpath: dynamic.get('RUNPATH')?.at(-1),
    versionNeeds: [...versionNeeds].sort(),
    symbols,
  };
}

const BINDINGS: Readonly<Record<string, string>> = {
  LOCAL: 'local',
  GLOBAL: 'global',
  WEAK: 'weak',
  UNIQUE: 'unique',
  'OS-10': 'unique',
};

const PLACES: Readonly<Record<string, string>> = {
  UND: 'undefined',
  ABS: 'absolute',
  COM: 'common',
};

function parseSymbol(line: string): string | undefined {
  // readelf names GNU's types and bindings only when EI_OSABI is GNU; loaders do not care.
  const match = SYMBOL_LINE.exec(line.replaceAll('<OS specific>: 10', 'OS-10'));
  if (match === null || match[1] === '0') return undefined;
  const [, , type = '', binding = '', place = '', name = ''] = match;
  // Needed versions are followed by their index in parentheses.
  const plain = decodeNames(name.replace(/ \(\d+\)$/, ''));
  const typeName = type === 'OS-10' ? 'ifunc' : type.toLowerCase();
  return `${plain} ${BINDINGS[binding] ?? 'other'} ${typeName} ${PLACES[place] ?? 'defined'}`;
}

/** `<0xcf88>` is how `--unicode=hex` writes the bytes of a character. */
function decodeNames(text: string): string {
  return text.replaceAll(/<0x([0-9a-f]+)>/g, (_, digits: string) =>
    Buffer.from(digits, 'hex').toString('utf8'),
  );
}

/** The differences between two sets of facts, a line each; empty when they agree. */
export function compareFacts(ours: ElfFacts, theirs: ElfFacts): string[] {
  const differences: string[] = [];
  for (const key of ['needed', 'soname', 'rpath', 'runpath', 'versionNeeds'] as const) {
    const [a, b] = [JSON.stringify(ours[key]), JSON.stringify(theirs[key])];
    if (a !== b) differences.push(`${key}: ours ${a}, readelf ${b}`);
  }
  if (ours.symbols.length !== theirs.symbols.length) {
    differences.push(`symbols: ours ${ours.symbols.length}, readelf ${theirs.symbols.length}`);
  }
  const odd = ours.symbols.findIndex((symbol, index) => symbol !== theirs.symbols[index]);
  if (odd !== -1) {
    differences.push(
      `symbol ${odd + 1}: ours ${ours.symbols[odd]}, readelf ${theirs.symbols[odd] ?? 'nothing'}`,
    );
  }
  return differences;
}
