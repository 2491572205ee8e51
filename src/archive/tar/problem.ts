import { WheelworksError, type ErrorCode } from '../../support/errors.ts';
import { hex } from '../../support/byte-reader.ts';

/** Where in which archive something is wrong. */
export interface TarPlace {
  /** The archive, as errors name it. */
  readonly archive: string;
  /** Offset in the uncompressed archive of the header that is at fault. */
  readonly offset?: number;
  /** The member, where it has a name. */
  readonly member?: string;
  readonly evidence?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error about an archive or one of its members. */
export function tarProblem(code: ErrorCode, message: string, place: TarPlace): WheelworksError {
  const evidence = [
    place.evidence,
    place.offset === undefined ? undefined : `offset ${hex(place.offset)}`,
  ].filter((part) => part !== undefined);
  return new WheelworksError(code, message, {
    path: place.member === undefined ? place.archive : `${place.archive}!${place.member}`,
    ...(evidence.length === 0 ? {} : { evidence: evidence.join(', ') }),
    ...(place.hint === undefined ? {} : { hint: place.hint }),
    ...(place.cause === undefined ? {} : { cause: place.cause }),
  });
}
