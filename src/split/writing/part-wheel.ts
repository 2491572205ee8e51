/** A part as a wheel about to be written. */
import { parseTagSet } from '../../packaging/index.ts';
import { REGULAR_MODE, type DraftMember, type WheelDraft } from '../../wheel/index.ts';
import { SPLIT_PART_FILE, printPart } from '../../wheel/split/index.ts';
import { partPackage } from '../names.ts';
import type { PartPlan } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { licencePaths, partInit, partMetadata, partWheelFile } from './part-texts.ts';
import type { Chunk } from './slices.ts';

/** What a part carries besides whole files. */
export interface PartContents {
  /** Member path to chunk. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  /** Member path to windows of restart points. */
  readonly windows: ReadonlyMap<string, Uint8Array>;
  readonly generator: string;
}

/**
 * The draft of a part. Whole files are those of the given wheel, the first that the part serves; all others have them,
 * too.
 */
export function partDraft(
  input: SplitInput,
  part: PartPlan,
  { chunks, windows, generator }: PartContents,
): WheelDraft {
  const { draft, names } = input;
  const name = partPackage(names, part.number);
  const distInfo = `${name}-${draft.version}.dist-info`;
  const tags = parseTagSet(part.tag);
  const members = new Map<string, DraftMember>();
  const contents: { path: string; sha256: string }[] = [];
  members.set(`${name}/__init__.py`, bytesMember(partInit(names, part.number, draft.version)));
  for (const { path, to } of part.members) {
    const member = draft.members.get(path);
    if (member === undefined) throw new TypeError(`${path} is not in the wheel it was planned for`);
    members.set(to, member);
    contents.push({ path: to, sha256: rowDigest(member) });
  }
  for (const [path, { content, sha256 }] of chunks) {
    members.set(path, {
      source: { kind: 'source', source: content },
      mode: REGULAR_MODE,
      compress: false,
    });
    contents.push({ path, sha256 });
  }
  for (const [path, bytes] of windows) members.set(path, bytesMember(bytes));
  for (const path of licencePaths(draft)) {
    const member = draft.members.get(path);
    if (member !== undefined)
      members.set(`${distInfo}${path.slice(draft.distInfo.length)}`, member);
  }
  members.set(
    `${distInfo}/${SPLIT_PART_FILE}`,
    bytesMember(
      printPart({
        of: { distribution: names.project, version: draft.version },
        part: part.number,
        contents,
      }),
    ),
  );
  return {
    name,
    version: draft.version,
    ...(draft.build === undefined ? {} : { build: draft.build }),
    tags,
    metadata: partMetadata(draft, names, part.number),
    wheelFile: partWheelFile(tags, draft.wheelFile.rootIsPurelib, generator),
    members,
    distInfo,
    finalDistInfo: distInfo,
  };
}

function bytesMember(bytes: Uint8Array): DraftMember {
  return { source: { kind: 'bytes', bytes }, mode: REGULAR_MODE };
}

/** Planning has seen to it that files which move have a SHA-256. */
function rowDigest({ row }: DraftMember): string {
  return Buffer.from(row?.hash?.digest ?? '', 'base64url').toString('hex');
}
