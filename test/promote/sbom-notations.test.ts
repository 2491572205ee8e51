/** Bills of materials as XML and as tags and values: single values change, every other byte stays. */
import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../src/packaging/index.ts';
import { promoteSbom } from '../../src/promote/text/sbom.ts';
import { xmlValues } from '../../src/promote/text/xml-values.ts';
import { versionChange } from '../../src/promote/version-change.ts';

const changes = new Map([
  ['my-pkg', versionChange('my-pkg', parseVersion('3.12.0rc1'), parseVersion('3.12.0'))],
]);

function promoted(text: string): string | undefined {
  const bytes = promoteSbom(Buffer.from(text), changes);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

const XML = `<?xml version="1.0" encoding="UTF-8"?>\r
<!-- of my-pkg-3.12.0rc1, <b> -->
<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.6" serialNumber='urn:uuid:1' version = '1'>
  <b:metadata><b:component type="library" bom-ref="pkg:pypi/my-pkg@3.12.0rc1?a=1&amp;b=2">
    <b:name>My_Pkg</b:name>  <b:version>\t3.12.0-rc.1 </b:version>
    <b:purl>pkg:pypi/my-pkg@3.12.0rc1?a=1&amp;b=2</b:purl>
    <b:description><![CDATA[my-pkg 3.12.0rc1 <br>]]></b:description>
  </b:component></b:metadata>
  <b:components>
    <b:component type="library"><b:name>other</b:name><b:version>3.12.0rc1</b:version></b:component>
    <b:component type="library"/>
  </b:components>
  <b:dependencies><b:dependency ref="pkg:pypi/my-pkg@3.12.0rc1?a=1&amp;b=2"/></b:dependencies>
</b:bom>
`;

describe('CycloneDX in XML', () => {
  it('has versions, package URLs and references of members changed, and its number raised', () => {
    expect(promoted(XML)).toBe(
      XML.replaceAll('my-pkg@3.12.0rc1', 'my-pkg@3.12.0')
        .replace('3.12.0-rc.1 ', '3.12.0 ')
        .replace("version = '1'", "version = '2'"),
    );
  });

  it.each([
    ['another namespace', XML.replace('cyclonedx.org', 'example.org')],
    ['nothing of the set', XML.replaceAll('3.12.0rc1', '3.13.0').replace('3.12.0-rc.1', '3.13')],
    ['a document type', XML.replace('<b:bom', '<!DOCTYPE b [<!ENTITY v "3.12.0rc1">]><b:bom')],
    ['an element that does not end', XML.replace('</b:bom>', '')],
    ['elements that cross', XML.replace('</b:name>', '</b:version>')],
    ['two roots', `${XML}<b:bom/>`],
    ['a bare <', XML.replace('3.12.0-rc.1', '3.12.0-rc.1 < 4')],
  ])('with %s is left as it is', (_, text) => {
    expect(promoted(text)).toBeUndefined();
  });

  it('is read in time that grows with its size', () => {
    const nested = (depth: number): string => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;
    expect(xmlValues(nested(90))?.values).toHaveLength(1);
    expect(xmlValues(nested(1_000_000))).toBeUndefined();
    expect(xmlValues(`<a ${'b="" '.repeat(1_000_000)}/>`)).toBeUndefined();
    expect(xmlValues(`<a ${'b="" '.repeat(50_000)}`)).toBeUndefined();
    expect(xmlValues('<a'.repeat(50_000))).toBeUndefined();
    expect(xmlValues(`<a>${'<!--'.repeat(20_000)}`)).toBeUndefined();
  });
});

const TAGS = `# a document
SPDXVersion: SPDX-2.3
DocumentNamespace: https://example.org/my-pkg-3.12.0rc1\r
PackageName: other
PackageVersion: 3.12.0rc1
PackageName: My.Pkg
SPDXID: SPDXRef-my-pkg-3.12.0rc1
PackageVersion:  3.12.0rc1\t
PackageFileName: my_pkg-3.12.0rc1-py3-none-any.whl
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/my-pkg@3.12.0rc1
PackageComment: <text>is 3.12.0rc1</text>
`;

describe('SPDX as tags and values', () => {
  it('has versions, names and references of members changed', () => {
    expect(promoted(TAGS)).toBe(
      TAGS.replaceAll(/(my[-_]pkg[-@])3\.12\.0rc1/g, '$13.12.0').replace(
        'PackageVersion:  3.12.0rc1\t',
        'PackageVersion:  3.12.0\t',
      ),
    );
  });

  it('is known by its first tag', () => {
    expect(promoted(TAGS.replace('SPDXVersion', 'Version'))).toBeUndefined();
  });
});
