import { describe, expect, it } from 'vitest';
import type { SystemPackage } from '../../../src/distro/index.ts';
import type { PlannedGraft } from '../../../src/repair/plan.ts';
import { repairSbom, type SbomInput } from '../../../src/repair/sbom/sbom.ts';
import { cycloneDxFaults } from '../../support/cyclonedx.ts';

const CURL: SystemPackage = {
  manager: 'dpkg',
  name: 'libcurl4',
  version: '7.88.1-10',
  architecture: 'amd64',
  source: { name: 'curl', version: '7.88.1-10' },
  license: { text: 'curl AND MIT', isSpdx: true },
  licenseFiles: [],
  homepage: 'https://curl.se/',
  purl: 'pkg:deb/debian/libcurl4@7.88.1-10?arch=amd64&distro=debian-12',
};
const KRB: SystemPackage = {
  ...CURL,
  manager: 'rpm',
  name: 'krb5-libs',
  version: '1:1.20-3.el9',
  license: { text: 'MIT and some words', isSpdx: false },
  homepage: 'not a link',
  source: undefined,
  purl: 'pkg:rpm/rocky/krb5-libs@1.20-3.el9?arch=x86_64&epoch=1',
};

function graft(
  name: string,
  owner: SystemPackage | undefined,
  needs: readonly string[] = [],
): PlannedGraft {
  return {
    name: `${name}.so.1`,
    from: `/somewhere/on/this/machine/${name}.so.1.2`,
    to: `pkg.libs/${name}-0badcafe.so.1`,
    size: 10,
    sha256: 'ab'.repeat(32),
    neededBy: ['pkg/mod.so'],
    needs: needs.map((each) => `pkg.libs/${each}-0badcafe.so.1`),
    edits: [],
    strip: name === 'libown',
    owner,
  };
}

const GRAFTED = [
  graft('libcurl', CURL, ['libkrb5', 'libk5crypto']),
  graft('libkrb5', KRB, ['libk5crypto', 'libown']),
  graft('libk5crypto', KRB, ['libkrb5']),
  graft('libown', undefined),
];

function input(changes: Partial<SbomInput> = {}): SbomInput {
  return {
    project: { name: 'My.Package', version: '1.0+local' },
    grafted: GRAFTED,
    shipped: new Map(GRAFTED.map(({ to }, index) => [to, `${index}d`.repeat(32)])),
    existing: undefined,
    toolVersion: '0.1.0',
    ...changes,
  };
}

function bill(changes: Partial<SbomInput> = {}): Uint8Array {
  const [file] = repairSbom(input(changes)).files;
  if (file === undefined) throw new Error('no bill was written');
  return file.bytes;
}

interface Document {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly components?: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

function documentOf(bytes: Uint8Array): Document {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Document;
}

describe('the bill of materials', () => {
  it('is CycloneDX 1.6 by the published schema', () => {
    expect(cycloneDxFaults(documentOf(bill()))).toEqual([]);
    expect(
      cycloneDxFaults(documentOf(bill({ modified: new Date('2026-01-02T03:04:05Z') }))),
    ).toEqual([]);
    // The schema refuses what is wrong.
    expect(cycloneDxFaults({ ...documentOf(bill()), specVersion: 7 })).not.toEqual([]);
  });

  it('has a component for each package, its files below it, and one for what no package has', () => {
    const { components, dependencies } = documentOf(bill());
    expect(components.map((each) => [each['bom-ref'], each.components?.length])).toEqual([
      [`file:pkg.libs/libown-0badcafe.so.1#${'ab'.repeat(32)}`, undefined],
      [CURL.purl, 1],
      [KRB.purl, 2],
    ]);
    const curl = dependencies.find(({ ref }) => ref === CURL.purl);
    expect(curl?.dependsOn).toEqual([KRB.purl]);
    const wheel = dependencies.find(({ ref }) => ref === 'pkg:pypi/my-package@1.0%2Blocal');
    expect(wheel?.dependsOn).toHaveLength(3);
  });

  it('every reference is to something in the document', () => {
    const document = documentOf(bill());
    const known = new Set([
      ...document.components.map((each) => each['bom-ref']),
      'pkg:pypi/my-package@1.0%2Blocal',
    ]);
    for (const { ref, dependsOn } of document.dependencies)
      expect([ref, ...dependsOn].filter((each) => !known.has(each))).toEqual([]);
  });

  it('same wheel, same bytes; no time unless one is given, nothing of this machine', () => {
    expect(bill()).toEqual(bill());
    expect(documentOf(bill()).metadata.timestamp).toBeUndefined();
    expect(Buffer.from(bill()).toString('utf8')).not.toContain('/somewhere');
    expect(documentOf(bill()).serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(documentOf(bill({ grafted: [] })).serialNumber).not.toBe(
      documentOf(bill()).serialNumber,
    );
  });
});

describe('a wheel that has one already', () => {
  it('the same repair again writes the same bytes', () => {
    expect(bill({ existing: bill() })).toEqual(bill());
  });

  it('what an earlier repair took in stays, packages of both are one component', () => {
    const first = bill({ grafted: GRAFTED.slice(0, 2), shipped: new Map() });
    const second = documentOf(bill({ grafted: GRAFTED.slice(2), existing: first }));
    expect(cycloneDxFaults(second)).toEqual([]);
    const whole = documentOf(bill());
    expect(second.components.map((each) => each['bom-ref'])).toEqual(
      whole.components.map((each) => each['bom-ref']),
    );
    expect(second.components.find((each) => each['bom-ref'] === KRB.purl)?.components).toHaveLength(
      2,
    );
  });

  it.each([
    ['no JSON', 'hello'],
    ['another format', '{"spdxVersion": "SPDX-2.3"}'],
    [
      'a component without a name',
      '{"bomFormat": "CycloneDX", "components": [{"type": "library"}]}',
    ],
  ])('%s under our name is kept byte for byte under another', (_, text) => {
    const existing = Buffer.from(text);
    const { files, findings } = repairSbom(input({ existing }));
    expect(files).toHaveLength(2);
    expect(files[1]?.name).toMatch(/^wheelworks-[0-9a-f]{8}\.json$/);
    expect(Buffer.from(files[1]?.bytes ?? [])).toEqual(existing);
    expect(findings.map(({ code }) => code)).toContain('repair/sbom-unreadable');
  });
});
