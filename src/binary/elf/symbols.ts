import type { ElfSymbol, SymbolView } from './symbol-model.ts';

/** All symbols of a scan as objects that can be kept; where a few are wanted, scan for them. */
export function collectSymbols(scan: (visit: (symbol: SymbolView) => void) => void): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  scan((symbol) => {
    symbols.push({
      index: symbol.index,
      name: symbol.name(),
      binding: symbol.binding,
      type: symbol.type,
      visibility: symbol.visibility,
      section: symbol.section,
      defined: symbol.defined,
      value: symbol.value,
      size: symbol.size,
      version: symbol.version(),
      versionIndex: symbol.versionIndex,
    });
  });
  return symbols;
}
