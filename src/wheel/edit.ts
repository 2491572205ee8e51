/**
 * A new draft from an old one by a list of edits. All edits are collected and contradictions refused before anything
 * is written; RECORD, WHEEL and METADATA are kept right by the draft itself.
 */
import { unsafeNameReason, type CopySource } from '../archive/zip/index.ts';
import {
  formatVersion,
  parseVersion,
  setHeader,
  withWheelBuild,
  withWheelRoot,
  withWheelTags,
  type MetadataDocument,
  type TagSet,
} from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { RandomAccess } from '../support/random-access.ts';
import { EXECUTABLE_MODE, REGULAR_MODE, type DraftMember, type WheelDraft } from './draft.ts';
import { distInfoStem, foldersOf, isGenerated } from './layout.ts';

/**
 * Content that a wheel gets: bytes, a file that must not change until it is written, something that can be read at any
 * offset and is compressed already, or a member of another archive with its SHA-256 in hex, which is believed.
 */
export type NewContent =
  | { readonly bytes: Uint8Array }
  | { readonly file: string }
  | { readonly stored: RandomAccess }
  | { readonly copy: CopySource; readonly sha256: string };

/** One change to a wheel. Paths use `/` and are those of the draft before its version changed. */
export type WheelEdit =
  | ({ readonly kind: 'add'; readonly path: string; readonly executable?: boolean } & NewContent)
  | ({ readonly kind: 'replace'; readonly path: string } & NewContent)
  /** `replace` and `rename` at once. */
  | ({ readonly kind: 'move'; readonly from: string; readonly to: string } & NewContent)
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'tags'; readonly tags: TagSet }
  /** `undefined` takes the build tag away. */
  | { readonly kind: 'build'; readonly build: string | undefined }
  /** Whether the root goes to `purelib`, and not to `platlib`. */
  | { readonly kind: 'root'; readonly isPurelib: boolean }
  /** Written normalised, in METADATA too; `.dist-info` and `.data` are renamed. */
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'metadata'; readonly metadata: MetadataDocument };

/**
 * Applies every edit at once.
 * @throws WheelworksError `wheel/edit-conflict` when two edits touch one thing, `wheel/edit-missing` when a file to
 *   change is not there, `wheel/edit-exists` when a file to add or rename to is (or a folder of that name),
 *   `wheel/edit-path` for an unsafe path and for METADATA, WHEEL and RECORD, `wheel/bad-build-tag`,
 *   `packaging/invalid-version`.
 */
export function editDraft(draft: WheelDraft, edits: readonly WheelEdit[]): WheelDraft {
  refuseConflicts(draft, edits);
  const metadata = editOf(edits, 'metadata');
  const version = editOf(edits, 'version');
  const tags = editOf(edits, 'tags');
  const build = editOf(edits, 'build');
  const root = editOf(edits, 'root');
  let edited: WheelDraft = { ...draft, members: editedMembers(draft, edits) };
  if (metadata !== undefined) edited = { ...edited, metadata: metadata.metadata };
  if (version !== undefined) edited = withVersion(edited, version.version);
  if (tags !== undefined) edited = withTags(edited, tags.tags);
  if (build !== undefined) edited = withBuild(edited, build.build);
  if (root !== undefined)
    edited = { ...edited, wheelFile: withWheelRoot(edited.wheelFile, root.isPurelib) };
  return edited;
}

/** The edit of a field; there is at most one. */
function editOf<Kind extends WheelEdit['kind']>(
  edits: readonly WheelEdit[],
  kind: Kind,
): Extract<WheelEdit, { kind: Kind }> | undefined {
  return edits.find((edit): edit is Extract<WheelEdit, { kind: Kind }> => edit.kind === kind);
}

function refuseConflicts(draft: WheelDraft, edits: readonly WheelEdit[]): void {
  const touched = new Set<string>();
  for (const edit of edits) {
    for (const what of touchedBy(edit)) {
      if (touched.has(what)) {
        throw new WheelworksError(
          'wheel/edit-conflict',
          `Two edits of one wheel both change ${what}.`,
        );
      }
      if (isGenerated(what, draft.distInfo)) {
        throw new WheelworksError('wheel/edit-path', `${what} is always made anew.`, {
          path: what,
          hint: 'Change the metadata, tags, build tag or version instead.',
        });
      }
      touched.add(what);
    }
  }
}

function touchedBy(edit: WheelEdit): string[] {
  switch (edit.kind) {
    case 'rename':
    case 'move':
      return [edit.from, edit.to];
    case 'add':
    case 'replace':
    case 'remove':
      return [edit.path];
    case 'tags':
    case 'build':
    case 'root':
    case 'version':
    case 'metadata':
      return [`its ${edit.kind}`];
  }
}

function withVersion(draft: WheelDraft, text: string): WheelDraft {
  const version = formatVersion(parseVersion(text));
  const stem = distInfoStem(draft.distInfo);
  return {
    ...draft,
    version,
    metadata: setHeader(draft.metadata, 'Version', version),
    finalDistInfo: `${stem.slice(0, stem.lastIndexOf('-'))}-${version}.dist-info`,
  };
}

/** A WHEEL that did not say what the file name says, of tags or build, does so again. */
function withTags(draft: WheelDraft, tags: TagSet): WheelDraft {
  const wheelFile = withWheelBuild(withWheelTags(draft.wheelFile, tags.tags), draft.build);
  return { ...draft, tags, wheelFile };
}

function withBuild(draft: WheelDraft, build: string | undefined): WheelDraft {
  if (build !== undefined && !BUILD_TAG.test(build)) {
    throw new WheelworksError('wheel/bad-build-tag', `"${build}" is not a build tag.`, {
      hint: 'A build tag starts with a digit and has no "-", such as 1 or 2.local (PEP 427).',
    });
  }
  const { build: _old, ...rest } = draft;
  const wheelFile = withWheelBuild(draft.wheelFile, build);
  return { ...rest, wheelFile, ...(build === undefined ? {} : { build }) };
}

const BUILD_TAG = /^[0-9]{1,255}[A-Za-z0-9_.]*$/;

function editedMembers(
  draft: WheelDraft,
  edits: readonly WheelEdit[],
): ReadonlyMap<string, DraftMember> {
  const members = new Map(draft.members);
  const added: string[] = [];
  const put = (path: string, member: DraftMember): void => {
    requireNew(members, path);
    members.set(path, member);
    added.push(path);
  };
  for (const edit of edits) {
    if (edit.kind === 'remove') take(members, edit.path);
    if (edit.kind === 'rename') put(edit.to, take(members, edit.from));
    if (edit.kind === 'replace') {
      const { mode } = take(members, edit.path);
      members.set(edit.path, { mode, ...contentOf(edit) });
    }
    if (edit.kind === 'move') {
      const { mode } = take(members, edit.from);
      put(edit.to, { mode, ...contentOf(edit) });
    }
    if (edit.kind === 'add') {
      const mode = edit.executable === true ? EXECUTABLE_MODE : REGULAR_MODE;
      put(edit.path, { mode, ...contentOf(edit) });
    }
  }
  if (added.length > 0) refuseFoldersAsFiles(members, added);
  return members;
}

function contentOf(content: NewContent): Pick<DraftMember, 'source' | 'row' | 'compress'> {
  if ('bytes' in content) return { source: { kind: 'bytes', bytes: content.bytes } };
  if ('file' in content) return { source: { kind: 'file', path: content.file } };
  if ('stored' in content)
    return { source: { kind: 'source', source: content.stored }, compress: false };
  const { path, size } = content.copy.entry;
  const digest = Buffer.from(content.sha256, 'hex').toString('base64url');
  return { source: content.copy, row: { path, hash: { algorithm: 'sha256', digest }, size } };
}

function take(members: Map<string, DraftMember>, path: string): DraftMember {
  const member = members.get(path);
  if (member === undefined) {
    throw new WheelworksError('wheel/edit-missing', `The wheel has no file ${path} to change.`, {
      path,
    });
  }
  members.delete(path);
  return member;
}

function requireNew(members: ReadonlyMap<string, DraftMember>, path: string): void {
  const unsafe = path.endsWith('/') ? 'is that of a folder' : unsafeNameReason(path);
  if (unsafe !== undefined) {
    throw new WheelworksError(
      'wheel/edit-path',
      `A wheel cannot hold ${path}: its name ${unsafe}.`,
      {
        path,
      },
    );
  }
  if (members.has(path)) {
    throw new WheelworksError('wheel/edit-exists', `The wheel already has a file ${path}.`, {
      path,
    });
  }
}

/** `a` beside `a/b` could not be unpacked. */
function refuseFoldersAsFiles(
  members: ReadonlyMap<string, DraftMember>,
  added: readonly string[],
): void {
  const folders = foldersOf(members.keys());
  const newFolders = foldersOf(added);
  const clash =
    added.find((path) => folders.has(path)) ??
    [...newFolders].find((folder) => members.has(folder));
  if (clash === undefined) return;
  throw new WheelworksError(
    'wheel/edit-exists',
    `The wheel would have a file and a folder of the name ${clash}.`,
    { path: clash },
  );
}
