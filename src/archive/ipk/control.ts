/**
 * Control files: lines `Field: value`, continued by lines that begin with a blank; stanzas stand apart by empty lines.
 * The same form is that of Debian (deb-control(5)); which fields there are, and in which order, is OpenWrt's.
 */
import { ipkProblem } from './problem.ts';

/** Fields of one package in their order. Further lines of a value are without the blank they are marked by. */
export type ControlFields = ReadonlyMap<string, string>;

/** The order in which the packer of OpenWrt writes them; others follow, before the description. */
const ORDER = [
  'Package',
  'Version',
  'Depends',
  'Conflicts',
  'Provides',
  'Alternatives',
  'Source',
  'SourceName',
  'License',
  'LicenseFiles',
  'Section',
  'Require-User',
  'SourceDateEpoch',
  'URL',
  'ABIVersion',
  'CPE-ID',
  'Status',
  'Essential',
  'Maintainer',
  'Architecture',
  'Installed-Size',
] as const;

const LAST = 'Description';

/**
 * The text of a control file, fields in the order of OpenWrt. Fields without a value are left out.
 * @throws WheelworksError `ipk/bad-control` for what would become another field, or another package.
 */
export function formatControl(fields: ControlFields): string {
  const rank = (name: string): number => {
    const index = (ORDER as readonly string[]).indexOf(name);
    return name === LAST ? ORDER.length + 1 : index === -1 ? ORDER.length : index;
  };
  return [...fields]
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]) => formatField(name, value))
    .join('');
}

/** A value as evidence: of what is no text the first bytes are enough. */
export function shown(value: string): string {
  const start = value.slice(0, 200);
  // oxlint-disable-next-line no-control-regex
  const isBinary = /[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(start);
  if (!isBinary) return JSON.stringify(start);
  return `no text, it begins with ${JSON.stringify(start.slice(0, 8))}`;
}

/**
 * One field with the end of its last line.
 * @throws WheelworksError `ipk/bad-control`.
 */
export function formatField(name: string, value: string): string {
  const lines = value.split('\n');
  const isSafe =
    /^[A-Za-z][\w-]*$/.test(name) &&
    !/[\r\0]/.test(value) &&
    lines.every((line) => line.trim() !== '');
  if (!isSafe || (lines.length > 1 && name !== LAST))
    throw ipkProblem('ipk/bad-control', `${name} cannot have this value in a control file.`, {
      evidence: shown(value),
      hint: 'Values are one line; a description may have more, none of them empty.',
    });
  // The packer of OpenWrt marks the first line of a description as it marks the others.
  return name === LAST ? `${name}:  ${lines.join('\n ')}\n` : `${name}: ${value}\n`;
}

/** Longer values are in no package; they bound what a stanza can cost. */
const LONGEST_STANZA = 1 << 20;

/**
 * The fields of one stanza.
 * @param path names the file in errors
 * @throws WheelworksError `ipk/bad-control`.
 */
export function parseControl(text: string, path: string): ControlFields {
  const fields = new Map<string, string>();
  const refuse = (evidence: string): Error =>
    ipkProblem('ipk/bad-control', `${path} has a line that is no field of a control file.`, {
      path,
      evidence: shown(evidence),
    });
  if (text.length > LONGEST_STANZA) throw refuse(text);
  let last: string | undefined;
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    if (/^[ \t]/.test(line)) {
      if (last === undefined) throw refuse(line);
      fields.set(last, `${fields.get(last) ?? ''}\n${line.slice(1)}`);
      continue;
    }
    const [, name, value = ''] = /^([A-Za-z][\w-]*):[ \t]*(.*?)\r?$/.exec(line) ?? [];
    if (name === undefined || fields.has(name)) throw refuse(line);
    fields.set(name, value);
    last = name;
  }
  return fields;
}

/**
 * The stanzas of an index (`Packages`) in their order.
 * @throws WheelworksError `ipk/bad-control`.
 */
export function parseStanzas(text: string, path: string): ControlFields[] {
  return text
    .split(/\n{2,}/)
    .filter((stanza) => stanza.trim() !== '')
    .map((stanza) => parseControl(stanza.replace(/^\n+/, ''), path));
}
