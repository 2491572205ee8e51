/**
 * The software bill of materials of a repaired wheel.
 *
 * Specification: PEP 770 for its place in `.dist-info/sboms`; CycloneDX 1.6 (ECMA-424) for its content. Nothing in it tells
 * of the machine that made it: the same wheel gets the same bill everywhere.
 */
import { sha256 } from '../../support/hash.ts';
import type { Finding } from '../../support/finding.ts';
import type { PlannedGraft } from '../plan.ts';
import {
  byRef,
  dependenciesOf,
  graftComponents,
  wheelComponent,
  type Component,
  type Dependency,
} from './components.ts';
import { readExisting } from './existing.ts';

/** Its name inside of `sboms`; other tools' bills beside it stay. */
export const SBOM_NAME = 'wheelworks.cdx.json';

/** A file for the `sboms` folder. */
export interface SbomFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a bill is made of. */
export interface SbomInput {
  readonly project: { readonly name: string; readonly version: string };
  readonly grafted: readonly PlannedGraft[];
  /** SHA-256 of files as they are in the wheel, in hex, by path. */
  readonly shipped: ReadonlyMap<string, string>;
  /** The bill of an earlier repair, when the wheel has one. */
  readonly existing: Uint8Array | undefined;
  readonly toolVersion: string;
  /** The time the bill says it was made at; none without. */
  readonly modified?: Date;
}

/**
 * Writes the bill of what is grafted; what an earlier one lists stays in it. One that cannot be read is kept under another
 * name.
 */
export function repairSbom(input: SbomInput): {
  readonly files: readonly SbomFile[];
  readonly findings: readonly Finding[];
} {
  const { project, grafted, shipped, existing, toolVersion, modified } = input;
  const wheel = wheelComponent(project);
  const earlier = existing === undefined ? undefined : readExisting(existing);
  const components = merged(earlier?.components ?? [], graftComponents(grafted, shipped));
  const dependencies = mergedDependencies(
    earlier?.dependencies ?? [],
    dependenciesOf(wheel, grafted),
  );
  const content = {
    metadata: {
      ...(modified === undefined ? {} : { timestamp: modified.toISOString() }),
      tools: { components: [{ type: 'application', name: 'wheelworks', version: toolVersion }] },
      component: wheel,
    },
    components,
    dependencies,
  };
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(JSON.stringify(content)),
    version: 1,
    ...content,
  };
  const bytes = Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`, 'utf8');
  const bill = { name: SBOM_NAME, bytes };
  if (existing === undefined || earlier !== undefined)
    return { files: [bill], findings: unknownOwners(grafted) };
  const kept = { name: `wheelworks-${sha256(existing).slice(0, 8)}.json`, bytes: existing };
  return { files: [bill, kept], findings: [...unknownOwners(grafted), unreadable(kept.name)] };
}

/** By `bom-ref`; what is in the wheel now counts, and files of one package come together. */
function merged(earlier: readonly Component[], now: readonly Component[]): readonly Component[] {
  const components = new Map(earlier.map((each) => [each['bom-ref'], each]));
  for (const component of now) {
    const known = components.get(component['bom-ref']);
    const inside = allFiles(known?.components ?? [], component.components ?? []);
    components.set(
      component['bom-ref'],
      inside.length === 0 ? component : { ...component, components: inside },
    );
  }
  return [...components.values()].sort(byRef);
}

function allFiles(earlier: readonly Component[], now: readonly Component[]): readonly Component[] {
  return [...new Map([...earlier, ...now].map((each) => [each['bom-ref'], each])).values()].sort(
    byRef,
  );
}

function mergedDependencies(
  earlier: readonly Dependency[],
  now: readonly Dependency[],
): readonly Dependency[] {
  const all = new Map<string, Set<string>>();
  for (const { ref, dependsOn } of [...earlier, ...now])
    all.set(ref, new Set([...(all.get(ref) ?? []), ...dependsOn]));
  return [...all]
    .map(([ref, targets]) => ({ ref, dependsOn: [...targets].sort() }))
    .sort((left, right) => (left.ref < right.ref ? -1 : 1));
}

/** A UUID of version 8 (RFC 9562) from the content: the same bill has the same number. */
function serialOf(content: string): string {
  const hex = sha256(content);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function unknownOwners(grafted: readonly PlannedGraft[]): readonly Finding[] {
  const unknown = grafted.filter(({ owner }) => owner === undefined);
  const [first] = unknown;
  if (first === undefined) return [];
  return [
    {
      code: 'repair/unknown-owner',
      severity: 'info',
      effect: 'advice',
      message:
        'Grafted libraries belong to no package: the bill of materials has no version and no licence of them.',
      path: first.to,
      evidence: unknown.map(({ name }) => name).join(', '),
      hint: 'Say in the package where they come from and under which licence.',
    },
  ];
}

function unreadable(name: string): Finding {
  return {
    code: 'repair/sbom-unreadable',
    severity: 'warning',
    effect: 'advice',
    message: `The wheel had a ${SBOM_NAME} that is no CycloneDX document; it is kept as ${name}.`,
    path: name,
    hint: 'Look at what wrote it.',
  };
}
