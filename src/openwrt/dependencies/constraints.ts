import type { SpecifierSet } from '../../packaging/specifier-set.ts';
import type { VersionConstraint } from '../package/model.ts';

/**
 * What a package manager is told of the versions that a requirement takes: the exact one, or the lowest. Upper bounds are
 * guesses of a time when the later version did not exist, and a feed has one version of each package; exclusions no manager
 * can spell.
 */
export function constraintOf(specifier: SpecifierSet): VersionConstraint | undefined {
  for (const each of specifier) {
    const version = { upstream: each.versionText };
    if (each.operator === '===') return { operator: '=', version };
    if (each.operator === '==') return { operator: each.wildcard ? '>=' : '=', version };
    if (each.operator === '>=' || each.operator === '~=') return { operator: '>=', version };
    if (each.operator === '>') return { operator: '>', version };
  }
  return undefined;
}
