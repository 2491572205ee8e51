/** What the form of a release says of it, by the names of the fields there. */
import type { FormEntry } from '../../packaging/index.ts';

/** The value of a field that has one; undefined when it is absent or empty. */
export function fieldOf(metadata: readonly FormEntry[], name: string): string | undefined {
  const value = metadata.find(([field]) => field === name)?.[1].trim();
  // Old setuptools wrote the word for what it did not know.
  return value === '' || value === 'UNKNOWN' ? undefined : value;
}

/** Every value of a field. */
export function fieldsOf(metadata: readonly FormEntry[], name: string): readonly string[] {
  return metadata.flatMap(([field, value]) => (field === name && value !== '' ? [value] : []));
}

/** An address with its name. */
export interface NamedAddress {
  readonly label: string;
  readonly address: string;
}

/** The addresses that its author gives, each once; any text: whoever links to them looks first. */
export function addressesOf(metadata: readonly FormEntry[]): readonly NamedAddress[] {
  const own = [
    ['Home page', fieldOf(metadata, 'home_page')],
    ['Download', fieldOf(metadata, 'download_url')],
  ] as const;
  const all = [
    ...own.flatMap(([label, address]) => (address === undefined ? [] : [{ label, address }])),
    ...fieldsOf(metadata, 'project_urls').map(splitAddress),
  ];
  return [...new Map(all.toReversed().map((each) => [each.address, each])).values()].toReversed();
}

/** `Documentation, https://...` */
function splitAddress(text: string): NamedAddress {
  const comma = text.indexOf(',');
  return { label: text.slice(0, Math.max(0, comma)).trim(), address: text.slice(comma + 1).trim() };
}
