/**
 * CycloneDX bills in XML with the new versions of the set's members, byte for byte the same but for those values.
 *
 * Specification: CycloneDX 1.0 to 1.7, XML: `component` with `name`, `version` and `purl`; `bom-ref` and what refers to it.
 */
import { decodeUtf8 } from '../../packaging/index.ts';
import type { VersionChanges } from '../version-change.ts';
import { movedNames, newVersion } from './sbom-named.ts';
import { replaceXml, xmlValues, type XmlReplacement, type XmlValue } from './xml-values.ts';

const NAMESPACE = /^http:\/\/cyclonedx\.org\/schema\/bom\/1\.\d+$/;

/** The bill with new versions; undefined when it is none that is known, or has nothing of the set. */
export function promoteXmlSbom(bytes: Uint8Array, changes: VersionChanges): Uint8Array | undefined {
  const text = decodeUtf8(bytes);
  const document = text === undefined ? undefined : xmlValues(text);
  if (text === undefined || document === undefined || !NAMESPACE.test(document.namespace))
    return undefined;
  const { values } = document;
  const names = new Map(
    values.filter((each) => isText(each, 'name')).map((each) => [ownerOf(each), each.value]),
  );
  const replacements = values.flatMap((each) => replaced(each, names, changes));
  if (replacements.length === 0) return undefined;
  return Buffer.from(
    replaceXml(
      text,
      [...replacements, ...higherNumber(values)].toSorted(
        (left, right) => left.place.start - right.place.start,
      ),
    ),
  );
}

function replaced(
  place: XmlValue,
  names: ReadonlyMap<string, string>,
  changes: VersionChanges,
): readonly XmlReplacement[] {
  const value = isText(place, 'version')
    ? newVersion(names.get(ownerOf(place)), place.value, changes)
    : movedNames(place.value, changes);
  return value === undefined || value === place.value ? [] : [{ place, value }];
}

/** Of a bill that was changed: the `version` of its root. */
function higherNumber(values: readonly XmlValue[]): readonly XmlReplacement[] {
  return values.flatMap((place) =>
    place.path.length === 1 && place.attribute === 'version' && /^\d{1,9}$/.test(place.value)
      ? [{ place, value: String(Number(place.value) + 1) }]
      : [],
  );
}

function isText({ path, attribute }: XmlValue, name: string): boolean {
  return attribute === undefined && (path.at(-1) ?? '').startsWith(`${name}#`);
}

function ownerOf({ path }: XmlValue): string {
  return path.slice(0, -1).join('/');
}
