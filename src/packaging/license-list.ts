/** The SPDX lists of licences and exceptions; scripts/update-spdx-licenses.py makes the data again. */
import spdx from './data/spdx-licenses.json' with { type: 'json' };

/** A licence or exception of the SPDX list. */
export interface SpdxEntry {
  /** In its own case: `Apache-2.0`. */
  readonly id: string;
  /** Whether SPDX has a better identifier for it: `GPL-2.0-only` for `GPL-2.0`. */
  readonly deprecated: boolean;
}

/** The version of the SPDX licence list. */
export const SPDX_VERSION: string = spdx.spdxVersion;

/** The licence of an identifier in any case; undefined when the list has none. */
export function findLicense(id: string): SpdxEntry | undefined {
  return LICENSES.get(id.toLowerCase());
}

/** The exception of an identifier in any case; undefined when the list has none. */
export function findException(id: string): SpdxEntry | undefined {
  return EXCEPTIONS.get(id.toLowerCase());
}

const LICENSES = indexed(spdx.licenses, spdx.deprecatedLicenses);
const EXCEPTIONS = indexed(spdx.exceptions, spdx.deprecatedExceptions);

function indexed(
  current: readonly string[],
  deprecated: readonly string[],
): ReadonlyMap<string, SpdxEntry> {
  const entries = [
    ...current.map((id) => ({ id, deprecated: false })),
    ...deprecated.map((id) => ({ id, deprecated: true })),
  ];
  return new Map(entries.map((entry) => [entry.id.toLowerCase(), entry]));
}
