/** From where everything goes to the plan that is shown and carried out. */
import { basename } from 'node:path';
import { formatVersion } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import { libraryPath, partDistribution, partPackage, relocatedPath } from '../names.ts';
import type { SplitChoices } from '../options.ts';
import type {
  PartPlan,
  PlannedChunk,
  PlannedCut,
  PlannedGroup,
  PlannedMove,
  SplitPlan,
  WheelPlan,
  WheelSplit,
} from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { SEGMENT_LENGTH, WINDOW_LENGTH } from '../segments.ts';
import type { Group } from './groups.ts';
import type { FilledCut, FilledPart, Placement } from './plan-release.ts';
import { planEdits } from './edits.ts';
import type { WheelState } from './state.ts';

/** An input of the release, over the limit or not. */
export interface ReleaseFile {
  readonly path: string;
  readonly size: number;
  /** Undefined for a wheel under the limit. */
  readonly state: WheelState | undefined;
}

/** What the assembled plan needs besides the placement. */
export interface AssemblyOptions {
  readonly choices: SplitChoices;
  /** Bytes that an empty part has room for. */
  readonly capacity: number;
  readonly findings: readonly Finding[];
}

/** The plan of a release of which at least one wheel is over the limit. */
export function assemblePlan(
  files: readonly ReleaseFile[],
  placement: Placement,
  options: AssemblyOptions,
): SplitPlan | undefined {
  const [first] = files.flatMap(({ state }) => state ?? []);
  if (first === undefined) return undefined;
  const { choices } = options;
  const filenames = new Map(
    placement.parts.map((part) => [part, partFilename(first.input, part)] as const),
  );
  const wheels = files.map(({ path, size, state }): WheelPlan => ({
    path,
    filename: basename(path),
    originalSize: size,
    ...(state === undefined ? {} : { split: planWheel(state, { placement, filenames, choices }) }),
  }));
  return {
    project: first.input.names.project,
    version: formatVersion(first.input.wheel.filename.version),
    choices,
    wheels,
    parts: placement.parts
      .map((part) => planPart(part, { filenames, wheels, options }))
      .sort(
        (left, right) => left.number - right.number || (left.filename < right.filename ? -1 : 1),
      ),
    findings: options.findings,
  };
}

function partFilename({ wheel, names }: SplitInput, { bin, tag }: FilledPart): string {
  const { versionText, build } = wheel.filename;
  const buildText = build === undefined ? '' : `-${build.text}`;
  return `${partPackage(names, bin.number)}-${versionText}${buildText}-${tag}.whl`;
}

interface Context {
  readonly placement: Placement;
  readonly filenames: ReadonlyMap<FilledPart, string>;
  readonly choices: SplitChoices;
}

function planWheel(state: WheelState, context: Context): WheelSplit {
  const { input, cuts } = state;
  const { placement, filenames, choices } = context;
  const parts = placement.parts.filter(({ states }) => states.includes(state));
  const byNumber = new Map(parts.map((part) => [part.bin.number, filenames.get(part) ?? '']));
  const chunked = placement.cuts
    .filter(({ states }) => states.includes(state))
    .map((cut) => planCut(input, cut, { byNumber, cuts }));
  const relocated = cuts.groups.flatMap(({ files }) =>
    files
      .filter(({ role }) => role === 'own')
      .map(({ member: { path } }) => ({ path, to: relocatedPath(input.names, path) })),
  );
  const stubs = cuts.groups.flatMap(({ files }) =>
    files.flatMap(({ member: { path, stub }, role }) =>
      stub === undefined || role === 'installed' ? [] : [{ path: stub, loads: path }],
    ),
  );
  const cacheSize = cuts.groups
    .flatMap(({ files }) => files)
    .reduce((sum, { member }) => sum + member.entry.size, 0);
  const moved = parts.flatMap((part) =>
    part.bin.members.map(({ path, entry: { size, compressedSize } }): PlannedMove => ({
      path,
      to: placeInPart(state, part.bin.number, path),
      size,
      compressedSize,
      part: filenames.get(part) ?? '',
    })),
  );
  return {
    size: choices.maxSize - state.main.room,
    pins: parts.map(({ bin }) => pin(input, bin.number)),
    parts: parts.map((part) => filenames.get(part) ?? ''),
    moved,
    edited: planEdits(state, moved),
    chunked,
    relocated,
    stubs,
    groups: cuts.groups.map((group) => planGroup(group, chunked)),
    installedSize: installedSize(input, chunked),
    cacheSize,
    claims: input.audit.claims.map(({ tag, holds }) => ({ tag, holds: holds ?? null })),
  };
}

/** Where a file that moved lies in its part. */
function placeInPart({ input, libraries }: WheelState, number: number, path: string): string {
  return libraries.has(path) ? libraryPath(input.names, number, path) : path;
}

/** `name-part1==1.0`, as the metadata spells name and version. */
function pin({ names, draft }: SplitInput, number: number): string {
  return `${partDistribution(names, number)}==${draft.version}`;
}

function planCut(
  { names }: SplitInput,
  { member, number, slices, states }: FilledCut,
  {
    byNumber,
    cuts,
  }: { readonly byNumber: ReadonlyMap<number, string>; readonly cuts: WheelState['cuts'] },
): PlannedCut {
  const reach = cuts.files.find((file) => file.member.path === member.path)?.reach ?? 'asked';
  const chunks = slices.map(({ bin, offset, length }, index): PlannedChunk => {
    const folder = bin.number === undefined ? names.cache : partPackage(names, bin.number);
    return {
      index,
      part: bin.number === undefined ? null : (byNumber.get(bin.number) ?? ''),
      member: `${folder}/chunk-${number === 0 ? '' : `${number}-`}${index}.wwpart`,
      offset,
      length,
    };
  });
  const last = chunks.at(-1);
  return {
    path: member.path,
    size: member.entry.size,
    compressedSize: (last?.offset ?? 0) + (last?.length ?? 0),
    sha256: member.sha256 ?? '',
    reach,
    number,
    // Windows of a file that several wheels share lie where its first chunk is.
    windows: states.length > 1 ? (chunks[0]?.part ?? null) : null,
    chunks,
  };
}

function planGroup(group: Group, chunked: readonly PlannedCut[]): PlannedGroup {
  const asked = new Set(chunked.filter(({ reach }) => reach === 'asked').map(({ path }) => path));
  return {
    files: group.files.map(({ member: { path, entry }, role }) => ({
      path,
      size: entry.size,
      from: role,
    })),
    needs: Object.fromEntries(group.needs),
    entries: group.files.flatMap(({ member: { path, stub }, role }) =>
      asked.has(path) || (stub !== undefined && role !== 'installed') ? [path] : [],
    ),
  };
}

/** Whole files keep their size; of a cut one its slices are installed, and a window for each restart point. */
function installedSize({ members }: SplitInput, chunked: readonly PlannedCut[]): number {
  const all = members.reduce((sum, { entry }) => sum + entry.size, 0);
  return chunked.reduce(
    (sum, { size, compressedSize }) =>
      sum - size + compressedSize + Math.floor(size / SEGMENT_LENGTH) * WINDOW_LENGTH,
    all,
  );
}

function planPart(
  part: FilledPart,
  {
    filenames,
    wheels,
    options,
  }: {
    readonly filenames: ReadonlyMap<FilledPart, string>;
    readonly wheels: readonly WheelPlan[];
    readonly options: AssemblyOptions;
  },
): PartPlan {
  const { bin, scope, tag, states } = part;
  const filename = filenames.get(part) ?? '';
  const chunks = new Map(
    wheels.flatMap(({ split }) =>
      (split?.chunked ?? []).flatMap(({ path, chunks }) =>
        chunks
          .filter((chunk) => chunk.part === filename)
          .map(({ member }) => [member, { path, member }] as const),
      ),
    ),
  );
  const [first] = states;
  return {
    number: bin.number,
    distribution: first === undefined ? '' : partDistribution(first.input.names, bin.number),
    filename,
    tag,
    scope,
    size: options.choices.maxSize - bin.room,
    serves: states.map(({ input }) => input.wheel.path),
    members: bin.members
      .map(({ path }) => ({
        path,
        to: first === undefined ? path : placeInPart(first, bin.number, path),
      }))
      .sort((left, right) => (left.path < right.path ? -1 : 1)),
    chunks: [...chunks.values()],
  };
}
