/**
 * Builds wheels, right by default and wrong wherever a test says so. Independent of src/: hashes, RECORD and the archive
 * are made here.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildZip, type MemberSpec, type ZipSpec } from './zip-builder.ts';

export type Content = string | Uint8Array;

export interface WheelSpec {
  name?: string;
  version?: string;
  build?: string;
  /** Compressed tags of the file name; WHEEL gets their expansion. */
  tags?: string;
  /** Another name of the `.dist-info` directory. */
  distInfo?: string;
  /** Path to content. */
  files?: Record<string, Content>;
  /** Paths with mode 755 instead of 644. */
  executable?: string[];
  /** Other text, or null to leave the file out. */
  metadata?: Content | null;
  wheel?: Content | null;
  /** Other text, null to leave it out, or a change to the right rows. */
  record?: Content | null | ((rows: string[]) => string[]);
  /** Members that RECORD does not know, behind the others. */
  extra?: MemberSpec[];
  /** Changes the members before they are written. */
  members?: (members: MemberSpec[]) => MemberSpec[];
  zip?: Omit<ZipSpec, 'members'>;
}

export interface BuiltWheel {
  readonly filename: string;
  readonly distInfo: string;
  readonly bytes: Uint8Array;
}

/** `sha256=...` as RECORD has it. */
export function recordHash(content: Content, algorithm = 'sha256'): string {
  return `${algorithm}=${createHash(algorithm).update(content).digest('base64url')}`;
}

/** A RECORD row, quoted where CSV asks for it. */
export function recordRow(path: string, content: Content): string {
  const quoted = /[,"\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
  return `${quoted},${recordHash(content)},${Buffer.byteLength(content)}`;
}

export function buildWheel(spec: WheelSpec = {}): BuiltWheel {
  const { name = 'pkg', version = '1.0', tags = 'py3-none-any' } = spec;
  const distInfo = spec.distInfo ?? `${name}-${version}.dist-info`;
  const build = spec.build === undefined ? '' : `-${spec.build}`;
  const files: Record<string, Content> = { ...(spec.files ?? { 'pkg/__init__.py': 'x = 1\n' }) };
  const metadata =
    spec.metadata === undefined
      ? `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nA readme.\n`
      : spec.metadata;
  const wheel = spec.wheel === undefined ? wheelText(tags, spec.build) : spec.wheel;
  if (metadata !== null) files[`${distInfo}/METADATA`] = metadata;
  if (wheel !== null) files[`${distInfo}/WHEEL`] = wheel;
  const record = recordText(spec.record, files, distInfo);
  if (record !== null) files[`${distInfo}/RECORD`] = record;
  const members = Object.entries(files).map(([path, content]): MemberSpec => {
    const isExecutable = spec.executable?.includes(path) ?? false;
    return { name: path, content, mode: isExecutable ? 0o100755 : 0o100644 };
  });
  members.push(...(spec.extra ?? []));
  return {
    filename: `${name}-${version}${build}-${tags}.whl`,
    distInfo,
    bytes: buildZip({ ...spec.zip, members: spec.members?.(members) ?? members }),
  };
}

/** Writes the wheel under its name into a folder; the path. */
export async function writeWheelFile(directory: string, spec: WheelSpec = {}): Promise<string> {
  const { filename, bytes } = buildWheel(spec);
  const path = join(directory, filename);
  await writeFile(path, bytes);
  return path;
}

/** Writes files below a folder. */
export async function writeTree(root: string, files: Record<string, Content>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** WHEEL for a compressed tag. */
export function wheelText(tags: string, build?: string): string {
  const [pythons = [], abis = [], platforms = []] = tags.split('-').map((part) => part.split('.'));
  const lines = pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `Tag: ${python}-${abi}-${platform}`)),
  );
  return [
    'Wheel-Version: 1.0',
    'Generator: by-hand 1',
    `Root-Is-Purelib: ${platforms.includes('any')}`,
    ...lines,
    ...(build === undefined ? [] : [`Build: ${build}`]),
    '',
  ].join('\n');
}

function recordText(
  wanted: WheelSpec['record'],
  files: Record<string, Content>,
  distInfo: string,
): Content | null {
  if (wanted === null || typeof wanted === 'string' || wanted instanceof Uint8Array) return wanted;
  const rows = Object.entries(files).map(([path, content]) => recordRow(path, content));
  rows.push(`${distInfo}/RECORD,,`);
  return `${(wanted?.(rows) ?? rows).join('\n')}\n`;
}
