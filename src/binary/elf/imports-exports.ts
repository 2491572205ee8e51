import type { ElfFile } from './elf-file.ts';
import type { SymbolBinding, SymbolType, SymbolView } from './symbol-model.ts';
import type { ElfVersionName } from './version-model.ts';

/** A symbol that a file needs of another one. */
export interface ElfImport {
  readonly name: string;
  /** The file loads without it. */
  readonly weak: boolean;
  readonly type: SymbolType;
  /** Undefined when any version will do. */
  readonly version: ElfVersionName | undefined;
}

/** A symbol that a file gives to others. */
export interface ElfExport {
  readonly name: string;
  /** Undefined when it answers every version asked for. */
  readonly version: string | undefined;
  /** Only references that name the version find it. */
  readonly hidden: boolean;
}

/** What a file and others link by. */
export interface ElfImportsAndExports {
  /** In the order of the symbol table. */
  readonly imports: readonly ElfImport[];
  /** In the order of the symbol table; a name comes once for each of its versions. */
  readonly exports: readonly ElfExport[];
}

/**
 * The dynamic symbols that a file needs and gives, as a loader sees them. Every name is decoded: of large libraries
 * many megabytes. Where the imports or some exports are enough, {@link listImports} or `ElfFile.scanSymbols` cost less.
 * @throws WheelworksError `elf/truncated`, `elf/bad-string`, `elf/string-overlap`, `elf/bad-versions` when one of them
 *   is damaged.
 */
export function importsAndExports(elf: ElfFile): ElfImportsAndExports {
  const imports: ElfImport[] = [];
  const exports: ElfExport[] = [];
  elf.scanSymbols((symbol) => {
    if (isImport(symbol)) imports.push(importOf(symbol));
    else if (isExport(symbol)) {
      const version = symbol.version();
      exports.push({
        name: symbol.name(),
        version: version?.name,
        hidden: version !== undefined && version.hidden,
      });
    }
  });
  return { imports, exports };
}

/**
 * The imports of {@link importsAndExports} alone; names of other symbols are not decoded.
 * @throws WheelworksError as {@link importsAndExports}.
 */
export function listImports(elf: ElfFile): readonly ElfImport[] {
  const imports: ElfImport[] = [];
  elf.scanSymbols((symbol) => {
    if (isImport(symbol)) imports.push(importOf(symbol));
  });
  return imports;
}

/** The symbol is to be found elsewhere. */
export function isImport(symbol: SymbolView): boolean {
  return !symbol.defined && symbol.binding !== 'local';
}

const EXPORTED_BINDINGS: ReadonlySet<SymbolBinding> = new Set(['global', 'weak', 'unique']);

/** Of defined symbols glibc and musl find these types and no others. */
const EXPORTED_TYPES: ReadonlySet<SymbolType> = new Set([
  'notype',
  'object',
  'func',
  'common',
  'tls',
  'ifunc',
]);

/** Other files find the symbol here. */
export function isExport(symbol: SymbolView): boolean {
  return (
    symbol.defined &&
    EXPORTED_BINDINGS.has(symbol.binding) &&
    EXPORTED_TYPES.has(symbol.type) &&
    (symbol.visibility === 'default' || symbol.visibility === 'protected')
  );
}

function importOf(symbol: SymbolView): ElfImport {
  return {
    name: symbol.name(),
    weak: symbol.binding === 'weak',
    type: symbol.type,
    version: symbol.version(),
  };
}
