/** What a source tells of a file, before anybody has read it. */
import { posix } from 'node:path';
import {
  formatVersion,
  parseSdistFilename,
  parseWheelFilename,
  type SimpleFile,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/** A file that goes into the index. */
export interface FoundFile {
  readonly filename: string;
  /** Where it is: on this machine, or somewhere else. */
  readonly place:
    | { readonly kind: 'local'; readonly path: string }
    | { readonly kind: 'remote'; readonly url: string };
  /** What the source says of it; the file itself is believed first. */
  readonly told: Omit<SimpleFile, 'filename' | 'url' | 'hashes'> & {
    readonly hashes?: SimpleFile['hashes'];
  };
}

/** What a source found, and what it passed over. */
export interface SourceResult {
  readonly files: readonly FoundFile[];
  /** Names of what is no distribution, as release pages have many of. */
  readonly passedOver: readonly string[];
}

const SUFFIXES = ['.whl', '.tar.gz', '.zip'];

/** Whether a name ends as a wheel's or an sdist's. */
export function isDistributionName(name: string): boolean {
  const suffix = SUFFIXES.find((each) => name.endsWith(each));
  return suffix !== undefined && /[^.]/.test(name.slice(0, -suffix.length));
}

/** Project and version of a file name. */
export interface NamedDistribution {
  /** Normalised. */
  readonly project: string;
  /** In normal form. */
  readonly version: string;
}

/**
 * What a file name says. It is also what makes a name from elsewhere safe to write: a name with a separator, a control
 * character or dots alone is none.
 * @throws WheelworksError `index/unsafe-name`, `packaging/wheel-filename`, `packaging/sdist-filename`.
 */
export function readFilename(filename: string, project?: string): NamedDistribution {
  if (!/^[A-Za-z0-9][\w.+!-]*$/.test(filename) || posix.basename(filename) !== filename)
    throw new WheelworksError('index/unsafe-name', `${filename} is not the name of a file.`, {
      evidence: filename,
      hint: 'A distribution is named NAME-VERSION-... with letters, digits and _ . + ! - alone.',
    });
  const parsed = filename.endsWith('.whl')
    ? parseWheelFilename(filename)
    : parseSdistFilename(filename, project === undefined ? {} : { project });
  return { project: parsed.normalizedName, version: formatVersion(parsed.version) };
}
