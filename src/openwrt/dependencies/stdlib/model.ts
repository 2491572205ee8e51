/** The standard library of one minor version as a graph: which module imports which, and when. */

export interface StandardModule {
  /** Whenever it is imported. */
  readonly imports: readonly string[];
  /** Tried, and done without. */
  readonly optional: readonly string[];
  /** By functions of it, when they are called. */
  readonly use: readonly string[];
  /** What it imports when an attribute is asked for (PEP 562): name of the attribute to module. */
  readonly offers: Readonly<Record<string, string>>;
}

export interface StandardLibrary {
  /** Where the graph comes from. */
  readonly source: string;
  /** `3.13.5`. */
  readonly version: string;
  /** Modules without a file of their own: linked into the interpreter, or made by another, as `os.path`. */
  readonly builtin: ReadonlySet<string>;
  /** All of it, by dotted name: Python, extension modules and builtin ones. */
  readonly modules: ReadonlyMap<string, StandardModule>;
}

/** What the files of data/ hold: a module's four lists in a line, separated by ` | ` and empty ones at the end left out. */
export interface StandardLibraryTable {
  readonly source: string;
  readonly python: string;
  readonly builtin: string;
  readonly modules: Readonly<Record<string, string>>;
}

/** Reads a table. */
export function libraryOf(table: StandardLibraryTable): StandardLibrary {
  return {
    source: table.source,
    version: table.python,
    builtin: new Set(words(table.builtin)),
    modules: new Map(Object.entries(table.modules).map(([name, line]) => [name, moduleOf(line)])),
  };
}

/** A graph as a table, sorted, so that the same library makes the same file. */
export function tableOf(library: StandardLibrary): StandardLibraryTable {
  const names = [...library.modules.keys()].sort();
  return {
    source: library.source,
    python: library.version,
    builtin: [...library.builtin].sort().join(' '),
    modules: Object.fromEntries(names.map((name) => [name, lineOf(library.modules.get(name))])),
  };
}

function moduleOf(line: string): StandardModule {
  const [imports = '', optional = '', use = '', offers = ''] = line.split(' | ');
  return {
    imports: words(imports),
    optional: words(optional),
    use: words(use),
    offers: Object.fromEntries(
      words(offers).map((word) => {
        const [name = '', module = ''] = word.split('=');
        return [name, module];
      }),
    ),
  };
}

function lineOf(module: StandardModule | undefined): string {
  if (module === undefined) return '';
  const offers = Object.entries(module.offers).map(([name, target]) => `${name}=${target}`);
  return [module.imports, module.optional, module.use, offers]
    .map((list) => [...list].sort().join(' '))
    .join(' | ')
    .replace(/(?: \| )+$/, '');
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
