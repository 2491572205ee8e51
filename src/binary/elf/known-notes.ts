import { NT_GNU } from './constants.ts';
import { ElfCursor } from './cursor.ts';
import { decodeProperties, type GnuProperties } from './gnu-property.ts';
import type { ElfHeader } from './header.ts';
import type { ElfImage } from './image.ts';
import type { ElfNote } from './notes.ts';

/** NT_GNU_ABI_TAG: the oldest kernel that a program runs on. */
export interface ElfAbiTag {
  readonly os: 'linux' | 'hurd' | 'solaris' | 'freebsd' | 'other';
  /** `3.2.0` */
  readonly version: string;
}

/** What the notes with a known meaning say. */
export interface ElfKnownNotes {
  /** NT_GNU_BUILD_ID in lower-case hexadecimal. */
  readonly buildId: string | undefined;
  readonly abiTag: ElfAbiTag | undefined;
  /** The Go linker's build id; its presence marks a program with Go code. */
  readonly goBuildId: string | undefined;
  /** The API level that the Android NDK compiled for. */
  readonly androidApi: number | undefined;
  /** Undefined when the file has no property note. */
  readonly properties: GnuProperties | undefined;
}

const NT_GO_BUILD_ID = 4;
const NT_ANDROID_IDENT = 1;

const SYSTEMS = ['linux', 'hurd', 'solaris', 'freebsd'] as const;

/** Decodes the notes the reader knows; a damaged one is a fault. */
export function decodeKnownNotes(
  image: ElfImage,
  header: ElfHeader,
  notes: readonly ElfNote[],
): ElfKnownNotes {
  const find = (name: string, type: number): ElfNote | undefined =>
    notes.find((note) => note.name === name && note.type === type);
  const buildId = find('GNU', NT_GNU.BUILD_ID);
  const abiTag = find('GNU', NT_GNU.ABI_TAG);
  const go = find('Go', NT_GO_BUILD_ID);
  const android = find('Android', NT_ANDROID_IDENT);
  const properties = notes.filter((note) => note.name === 'GNU' && note.type === NT_GNU.PROPERTY);
  return {
    buildId: buildId === undefined ? undefined : toText(buildId, 'hex'),
    abiTag: decode(image, abiTag, readAbiTag),
    goBuildId: go === undefined ? undefined : toText(go, 'latin1'),
    androidApi: decode(image, android, (cursor) => cursor.u32('API level')),
    properties:
      properties.length === 0
        ? undefined
        : image.log.attempt('notes', undefined, () =>
            decodeProperties(properties, header.machine, image.layout),
          ),
  };
}

/** Longer identifiers are no identifiers. */
const LONGEST_ID = 1024;

function toText(note: ElfNote, encoding: 'hex' | 'latin1'): string {
  const bytes = note.descriptor.subarray(0, LONGEST_ID);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
}

function decode<Value>(
  image: ElfImage,
  note: ElfNote | undefined,
  read: (cursor: ElfCursor) => Value,
): Value | undefined {
  if (note === undefined) return undefined;
  const place = { offset: note.descriptorOffset, path: image.path };
  return image.log.attempt('notes', undefined, () =>
    read(new ElfCursor(note.descriptor, image.layout, place)),
  );
}

function readAbiTag(cursor: ElfCursor): ElfAbiTag {
  const os = SYSTEMS[cursor.u32('ABI tag system')] ?? 'other';
  const major = cursor.u32('ABI tag major');
  const minor = cursor.u32('ABI tag minor');
  const patch = cursor.u32('ABI tag patch');
  return { os, version: `${major}.${minor}.${patch}` };
}
