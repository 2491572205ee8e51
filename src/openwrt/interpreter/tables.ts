/** The tables of data/split-*.json, as scripts/update-openwrt-splits.mjs makes them from the feed. */
import split1806 from './data/split-18.06.json' with { type: 'json' };
import split1806Python2 from './data/split-18.06-python2.json' with { type: 'json' };
import split1907 from './data/split-19.07.json' with { type: 'json' };
import split1907Python2 from './data/split-19.07-python2.json' with { type: 'json' };
import split2102 from './data/split-21.02.json' with { type: 'json' };
import split2203 from './data/split-22.03.json' with { type: 'json' };
import split2305 from './data/split-23.05.json' with { type: 'json' };
import split2410 from './data/split-24.10.json' with { type: 'json' };
import split2512 from './data/split-25.12.json' with { type: 'json' };
import splitMaster from './data/split-master.json' with { type: 'json' };

/** A definition as it stands in a file; `{minor}` stands for `3.13`. */
export interface DefinitionTable {
  readonly source: string;
  readonly release?: string | undefined;
  readonly series: 'python3' | 'python';
  readonly minor: string;
  /** SPDX identifiers, separated by blanks. */
  readonly license: string;
  readonly light: {
    readonly depends: readonly string[];
    /** Dependencies of builds with an option: package to option. */
    readonly conditional?: Readonly<Record<string, string>> | undefined;
    readonly remove: readonly string[];
  };
  readonly removeEverywhere: readonly string[];
  readonly packages: readonly PackageTable[];
}

export interface PackageTable {
  readonly name: string;
  readonly abiVersion?: boolean | undefined;
  readonly paths: readonly string[];
  readonly directories?: readonly string[] | undefined;
  readonly links?: Readonly<Record<string, string>> | undefined;
  readonly depends: readonly string[];
  readonly inMeta: boolean;
}

export const definitionTables: readonly DefinitionTable[] = [
  split1806,
  split1806Python2,
  split1907,
  split1907Python2,
  split2102,
  split2203,
  split2305,
  split2410,
  split2512,
  splitMaster,
].map((table) => ({ ...table, series: seriesOf(table.series) }));

function seriesOf(text: string): 'python3' | 'python' {
  if (text !== 'python3' && text !== 'python') throw new Error(`split tables: series ${text}`);
  return text;
}
