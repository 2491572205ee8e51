/** The components of a bill of materials. Specification: CycloneDX 1.6 (ECMA-424), package-url. */
import { encodePurl, type SystemPackage } from '../../distro/index.ts';
import { normalizeName } from '../../packaging/index.ts';
import type { PlannedGraft } from '../plan.ts';

/** A component as CycloneDX writes it; the keys in the order they are written in. */
export interface Component {
  readonly type: 'library' | 'file';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
  readonly licenses?: readonly License[];
  readonly purl?: string;
  readonly externalReferences?: readonly { readonly type: 'website'; readonly url: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
}

type License = { readonly expression: string } | { readonly license: { readonly name: string } };

/** What a component needs. */
export interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/** The wheel itself. */
export function wheelComponent({
  name,
  version,
}: {
  readonly name: string;
  readonly version: string;
}): Component {
  const purl = `pkg:pypi/${encodePurl(normalizeName(name))}@${encodePurl(version)}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/**
 * A component for each package, with the files of it that the wheel carries; libraries that no package has are
 * components of their own. Scanners look vulnerabilities up by package.
 * @param shipped SHA-256 of files as they are in the wheel, by path
 */
export function graftComponents(
  grafted: readonly PlannedGraft[],
  shipped: ReadonlyMap<string, string>,
): readonly Component[] {
  const packages = new Map<string, { owner: SystemPackage; files: Component[] }>();
  const components: Component[] = [];
  for (const graft of grafted) {
    const file = fileComponent(graft, shipped);
    if (graft.owner === undefined) {
      components.push({ ...file, type: 'library', name: graft.name });
      continue;
    }
    const known = packages.get(graft.owner.purl) ?? { owner: graft.owner, files: [] };
    known.files.push(file);
    packages.set(graft.owner.purl, known);
  }
  for (const { owner, files } of packages.values()) components.push(packageComponent(owner, files));
  return components.sort(byRef);
}

/** What a component is called inside the document. */
export function refOf({ owner, to, sha256 }: PlannedGraft): string {
  return owner?.purl ?? `file:${to}#${sha256}`;
}

/** Who needs whom: the wheel its packages, and these one another. */
export function dependenciesOf(
  wheel: Component,
  grafted: readonly PlannedGraft[],
): readonly Dependency[] {
  const refs = new Map(grafted.map((graft) => [graft.to, refOf(graft)]));
  const needs = new Map<string, Set<string>>();
  const needed = new Set<string>();
  for (const graft of grafted) {
    const own = refOf(graft);
    const targets = needs.get(own) ?? new Set();
    for (const to of graft.needs) {
      const ref = refs.get(to);
      if (ref === undefined || ref === own) continue;
      targets.add(ref);
      needed.add(ref);
    }
    needs.set(own, targets);
  }
  const direct = grafted.filter(({ neededBy }) => neededBy.some((user) => user.includes('/')));
  const top = new Set([
    ...direct.map(refOf),
    ...[...needs.keys()].filter((ref) => !needed.has(ref)),
  ]);
  return [
    { ref: wheel['bom-ref'], dependsOn: [...top].sort() },
    ...[...needs].map(([ref, targets]) => ({ ref, dependsOn: [...targets].sort() })),
  ].sort((left, right) => (left.ref < right.ref ? -1 : 1));
}

function fileComponent(graft: PlannedGraft, shipped: ReadonlyMap<string, string>): Component {
  const { to, sha256, name, strip } = graft;
  const content = shipped.get(to);
  return {
    type: 'file',
    'bom-ref': `file:${to}#${sha256}`,
    name: to,
    ...(content === undefined ? {} : { hashes: [{ alg: 'SHA-256', content }] }),
    properties: [
      { name: 'wheelworks:needed-as', value: name },
      { name: 'wheelworks:source-sha256', value: sha256 },
      ...(strip ? [{ name: 'wheelworks:stripped', value: 'true' }] : []),
    ],
  };
}

function packageComponent(owner: SystemPackage, files: readonly Component[]): Component {
  const { name, version, license, purl, homepage, source } = owner;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] }),
    purl,
    ...(homepage === undefined || !/^https?:\/\//.test(homepage)
      ? {}
      : { externalReferences: [{ type: 'website', url: homepage }] }),
    ...(source === undefined
      ? {}
      : {
          properties: [
            { name: 'wheelworks:source-package', value: `${source.name} ${source.version}` },
          ],
        }),
    components: [...files].sort(byRef),
  };
}

function licenseOf({ text, isSpdx }: NonNullable<SystemPackage['license']>): License {
  return isSpdx ? { expression: text } : { license: { name: text } };
}

export function byRef(left: Component, right: Component): number {
  return left['bom-ref'] < right['bom-ref'] ? -1 : left['bom-ref'] > right['bom-ref'] ? 1 : 0;
}
