/**
 * Reading .ipk as opkg does, and refusing what opkg would take for something else: containers of Debian, other
 * compressions, pax headers, which it installs as files.
 */
import { WheelworksError } from '../../support/errors.ts';
import { FileTree } from '../tree/index.ts';
import {
  gunzip,
  gunzipAside,
  gunzipAtOnce,
  readTar,
  type GunzipLimits,
  type TarMember,
} from '../tar/index.ts';
import { parseControl, shown, type ControlFields } from './control.ts';
import { IPK_SCRIPTS, type IpkPackage, type IpkScript } from './package.ts';
import { ipkProblem } from './problem.ts';

/** A package that was read. */
export interface ReadIpk extends IpkPackage {
  /** The control file as it stands. */
  readonly controlText: string;
  /** Files of the control archive that are none of those above. */
  readonly otherControl: readonly string[];
}

const LARGEST_CONTROL = 4 << 20;
const LARGEST_DATA = 1 << 30;
/** Below so many bytes it does no harm when they come from few. */
const RATIO_FLOOR = 16 << 20;
const LARGEST_AT_ONCE = 4 << 20;
/** Below so many bytes unpacking takes less time than a trip to the thread pool. */
const LARGEST_ON_THIS_THREAD = 1 << 14;

/**
 * Reads a package; its members may come in any order, with or without `./`.
 * @param path names it in errors
 * @throws WheelworksError `ipk/not-ipk`, `ipk/ar-container`, `ipk/compression`, `ipk/missing-member`, `ipk/format-version`,
 *   `ipk/unknown-member`, `ipk/bad-control`, `ipk/bad-conffiles`, and `tar/*` for what is wrong with an archive inside.
 */
export async function readIpk(bytes: Uint8Array, path: string): Promise<ReadIpk> {
  const { control, data } = await readParts(bytes, path);
  return { ...control, tree: await readData(data, path) };
}

/**
 * Reads what a package says of itself. Its files are gone through by the same rules, and not kept.
 * @throws WheelworksError as {@link readIpk}.
 */
export async function readIpkControl(
  bytes: Uint8Array,
  path: string,
): Promise<Omit<ReadIpk, 'tree'>> {
  const { control, data } = await readParts(bytes, path);
  for await (const _ of dataMembers(data, path));
  return control;
}

async function readParts(
  bytes: Uint8Array,
  path: string,
): Promise<{ readonly control: Omit<ReadIpk, 'tree'>; readonly data: Uint8Array }> {
  const outer = await readOuter(bytes, path);
  const version = Buffer.from(required(outer, 'debian-binary', path)).toString('latin1');
  if (!/^2\.\d+\n?$/.test(version))
    throw ipkProblem(
      'ipk/format-version',
      `${path} is of a version of the format that opkg does not know.`,
      { path, evidence: JSON.stringify(version.slice(0, 20)) },
    );
  const data = required(outer, 'data.tar.gz', path);
  return { control: await readControl(required(outer, 'control.tar.gz', path), path), data };
}

async function readOuter(
  bytes: Uint8Array,
  path: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (start.startsWith('!<arch>'))
    throw ipkProblem(
      'ipk/ar-container',
      `${path} is an archive of ar, as .deb files are; opkg calls it malformed.`,
      {
        path,
        hint: 'The members of an .ipk are in a tar that is compressed with gzip.',
      },
    );
  if (!start.startsWith('\x1f\x8b'))
    throw ipkProblem('ipk/not-ipk', `${path} is not an .ipk.`, {
      path,
      evidence: start.startsWith('ADB')
        ? 'it is a package of apk 3'
        : `first bytes ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}`,
    });
  const members = new Map<string, Uint8Array>();
  for await (const member of archive(bytes, path, { maxOutput: LARGEST_DATA })) {
    if (member.type !== 'file' || !KNOWN_MEMBERS.has(member.path))
      throw unknownMember(member.path, path);
    members.set(member.path, await member.bytes(LARGEST_DATA));
  }
  return members;
}

const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  'debian-binary',
  'control.tar.gz',
  'data.tar.gz',
]);

function unknownMember(member: string, path: string): Error {
  if (/^(?:data|control)\.tar(?:\.\w+)?$/.test(member))
    return ipkProblem('ipk/compression', `${path} holds ${member}, and opkg reads gzip only.`, {
      path,
      hint: 'Make the package again with data.tar.gz and control.tar.gz.',
    });
  return ipkProblem('ipk/unknown-member', `${path} holds ${member}, which is no part of an .ipk.`, {
    path,
  });
}

function required(
  members: ReadonlyMap<string, Uint8Array>,
  name: string,
  path: string,
): Uint8Array {
  const bytes = members.get(name);
  if (bytes !== undefined) return bytes;
  throw ipkProblem('ipk/missing-member', `${path} has no ${name}.`, { path });
}

/** The members of a compressed tar in which there may be nothing that opkg does not know. */
async function* archive(
  bytes: Uint8Array,
  path: string,
  limits: GunzipLimits,
): AsyncGenerator<TarMember, void, undefined> {
  const given = { ratioFloor: RATIO_FLOOR, ...limits };
  yield* readTar(unpacked(bytes, path, given), { path, pax: 'refuse', linkTargets: 'any' });
}

async function* unpacked(
  bytes: Uint8Array,
  path: string,
  limits: GunzipLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > LARGEST_AT_ONCE) yield* gunzip(once(bytes), path, limits, bytes);
  else if (bytes.length > LARGEST_ON_THIS_THREAD) yield await gunzipAside(bytes, path, limits);
  else yield gunzipAtOnce(bytes, path, limits);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** What is called .tar.gz must be it: an xz stream there installs nothing, and opkg says nothing. */
function requireGzip(bytes: Uint8Array, member: string, path: string): void {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return;
  throw ipkProblem('ipk/compression', `${member} in ${path} is not compressed with gzip.`, {
    path: `${path}!${member}`,
    evidence: `first bytes ${Buffer.from(bytes.subarray(0, 6)).toString('hex')}`,
  });
}

async function readControl(bytes: Uint8Array, path: string): Promise<Omit<ReadIpk, 'tree'>> {
  const place = `${path}!control.tar.gz`;
  requireGzip(bytes, 'control.tar.gz', path);
  const files = new Map<string, string>();
  for await (const member of archive(bytes, place, { maxOutput: LARGEST_CONTROL })) {
    if (member.type === 'directory') continue;
    if (member.type !== 'file') throw unknownMember(member.path, place);
    files.set(member.path, Buffer.from(await member.bytes(LARGEST_CONTROL)).toString('utf8'));
  }
  const text = files.get('control');
  if (text === undefined)
    throw ipkProblem('ipk/missing-member', `${place} has no control.`, { path: place });
  const scripts = IPK_SCRIPTS.flatMap((name): [IpkScript, string][] => {
    const script = files.get(name);
    return script === undefined ? [] : [[name, script]];
  });
  const known = new Set<string>(['control', 'conffiles', ...IPK_SCRIPTS]);
  return {
    controlText: text,
    control: checkedControl(parseControl(text, place), place),
    conffiles: parseConffiles(files.get('conffiles') ?? '', place),
    scripts: Object.fromEntries(scripts),
    otherControl: [...files.keys()].filter((name) => !known.has(name)).sort(),
  };
}

/** Names and versions become parts of file names, and lines of lists. */
const REQUIRED: Readonly<Record<string, RegExp>> = {
  Package: /^[A-Za-z0-9][\w.+-]*$/,
  Version: /^[A-Za-z0-9][\w.+~:-]*$/,
  Architecture: /^[\w.+-]+$/,
};

function checkedControl(fields: ControlFields, path: string): ControlFields {
  for (const [name, form] of Object.entries(REQUIRED))
    if (!form.test(fields.get(name) ?? ''))
      throw ipkProblem('ipk/bad-control', `${path} has no proper ${name}.`, {
        path,
        evidence: fields.has(name) ? shown(fields.get(name) ?? '') : `there is no ${name}`,
      });
  return fields;
}

function parseConffiles(text: string, path: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = lines.find((line) => !line.startsWith('/') || line.split('/').includes('..'));
  if (wrong === undefined) return lines;
  throw ipkProblem('ipk/bad-conffiles', `${path} keeps what is no absolute path.`, {
    path,
    evidence: shown(wrong),
  });
}

async function* dataMembers(
  bytes: Uint8Array,
  path: string,
): AsyncGenerator<TarMember, void, undefined> {
  requireGzip(bytes, 'data.tar.gz', path);
  yield* archive(bytes, dataPlace(path), { maxOutput: LARGEST_DATA });
}

function dataPlace(path: string): string {
  return `${path}!data.tar.gz`;
}

async function readData(bytes: Uint8Array, path: string): Promise<FileTree> {
  const tree = new FileTree();
  for await (const member of dataMembers(bytes, path))
    await addMember(tree, member, dataPlace(path));
  return tree;
}

async function addMember(tree: FileTree, member: TarMember, place: string): Promise<void> {
  const { path, mode, size } = member;
  if (member.type === 'directory') tree.set(path, { kind: 'directory', mode });
  else if (member.type === 'symlink')
    tree.set(path, { kind: 'symlink', target: member.linkTarget ?? '' });
  else if (member.type === 'file')
    tree.set(path, {
      kind: 'file',
      mode,
      size,
      content: { bytes: await member.bytes(LARGEST_DATA) },
    });
  else {
    const original = tree.get(member.linkTarget ?? '');
    if (original === undefined)
      throw new WheelworksError('tar/unsafe-link', `The hard link ${path} leads nowhere.`, {
        path: `${place}!${path}`,
      });
    tree.set(path, original);
  }
}
