/** auditwheel's policy records as baselines. */
import type { Baseline, Libc } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { PolicyRecord } from './schema.ts';

const POLICY_NAME = /^(?<family>manylinux|musllinux)_(?<major>\d+)_(?<minor>\d+)$/;

/** Family of a policy's name to its libc. */
const LIBCS: Readonly<Record<string, Libc>> = { manylinux: 'glibc', musllinux: 'musl' };

/**
 * The baselines of auditwheel's policies. `linux`, which promises nothing, is left out.
 * @throws WheelworksError `baseline/bad-policy` when a name does not say libc and version.
 */
export function policyToBaselines(
  records: readonly PolicyRecord[],
  path: string,
): readonly Baseline[] {
  return records.filter(({ name }) => name !== 'linux').map((record) => fromPolicy(record, path));
}

function fromPolicy(record: PolicyRecord, path: string): Baseline {
  const { family = '', major, minor } = POLICY_NAME.exec(record.name)?.groups ?? {};
  const libc = LIBCS[family];
  if (libc === undefined)
    throw new WheelworksError(
      'baseline/bad-policy',
      `The policy ${record.name} of ${path} is not one of glibc or musl.`,
      { path, hint: 'Names of policies are manylinux_X_Y or musllinux_X_Y.' },
    );
  return {
    name: record.name,
    aliases: record.aliases,
    libc,
    libcVersion: [Number(major), Number(minor)],
    architectures: new Map(
      Object.entries(record.symbol_versions).map(([architecture, prefixes]) => [
        architecture,
        new Map(Object.entries(prefixes).map(([prefix, versions]) => [prefix, new Set(versions)])),
      ]),
    ),
    libraries: new Set(record.lib_whitelist),
    deniedSymbols: new Map(Object.entries(record.blacklist)),
  };
}
