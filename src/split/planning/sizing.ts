/** Bytes that texts of a set take: what is left of the limit for what the wheel is made of. */
import { WheelworksError } from '../../support/errors.ts';
import type { SplitOptions } from '../options.ts';
import type { SplitInput } from '../reading/input.ts';
import { windowsLength } from '../segments.ts';
import { JOINER_FILES } from '../writing/joiner-files.ts';
import { licencePaths, partTextLengths } from '../writing/part-texts.ts';
import { EMPTY_WHEEL, describedCost, memberCost } from './costs.ts';
import type { Cuts } from './cuts.ts';

/** Bytes that an empty part has room for. @throws WheelworksError `split/limit-too-small`. */
export function capacityOf(input: SplitInput, { maxSize, generator }: SplitOptions): number {
  const { draft, names } = input;
  const texts = partTextLengths(draft, names, generator).map((length) =>
    memberCost(LONG_NAME, length),
  );
  const licences = licencePaths(draft).map((path) =>
    memberCost(`${LONG_NAME}${path}`, draft.members.get(path)?.row?.size ?? 0),
  );
  const description = memberCost(LONG_NAME, 512);
  const used = [...texts, ...licences, description].reduce((sum, each) => sum + each, EMPTY_WHEEL);
  const capacity = maxSize - used;
  if (capacity >= LEAST_CAPACITY) return capacity;
  throw new WheelworksError(
    'split/limit-too-small',
    `The limit is too small for a part: besides its metadata and licences it has to have room for ${LEAST_CAPACITY} bytes of the wheel.`,
    {
      path: input.wheel.path,
      evidence: `${maxSize} bytes; metadata and licences take ${used}, and ${LEAST_CAPACITY} for what it carries make ${used + LEAST_CAPACITY}`,
    },
  );
}

/** As long as the path of a text of a part gets. */
const LONG_NAME = 'x'.repeat(160);
const LEAST_CAPACITY = 64 << 10;

/** Bytes of what is new in a main wheel, at most: the descriptions of parts, and the joiner where something is cut. */
export function textsOf({ wheel, names }: SplitInput, cuts: Cuts, maxSize: number): number {
  const parts = 2 * Math.ceil(wheel.archive.size / maxSize) + 4;
  const description = 4096 + parts * (DESCRIBED_PART + describedCost(names.stem));
  if (cuts.groups.length === 0) return description;
  const joiner = [...JOINER_FILES].map(([name, text]) =>
    memberCost(`${names.cache}/${name}`, Buffer.byteLength(text)),
  );
  const tied = cuts.groups.flatMap(({ files }) => files);
  const listed = tied.map(({ member: { path } }) => 4 * memberCost(path, 400));
  const chunks = cuts.files.length * parts * DESCRIBED_CHUNK;
  const windows = cuts.files.map(({ member: { entry } }) =>
    memberCost(LONG_NAME, windowsLength(entry.size)),
  );
  return [...joiner, ...listed, ...windows, chunks].reduce((sum, each) => sum + each, description);
}

const DESCRIBED_PART = 700;
const DESCRIBED_CHUNK = 700;
