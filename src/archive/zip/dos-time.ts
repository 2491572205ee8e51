/** MS-DOS date and time: APPNOTE 4.4.6. Two-second steps from 1980 to 2107, without a time zone. */
export interface DosDateTime {
  readonly date: number;
  readonly time: number;
}

const FIRST = Date.UTC(1980, 0, 1);
const LAST = Date.UTC(2107, 11, 31, 23, 59, 58);

/** The time of every new member unless the caller has another: the earliest there is. */
export const DEFAULT_MODIFIED: Date = new Date(FIRST);

/**
 * A moment as UTC in MS-DOS form, so that it does not depend on the host's time zone. Moments before 1980 (as
 * `SOURCE_DATE_EPOCH=0`) and after 2107 become the first and last that can be written.
 */
export function toDosDateTime(moment: Date): DosDateTime {
  const clamped = new Date(Math.min(LAST, Math.max(FIRST, moment.getTime())));
  return {
    date:
      ((clamped.getUTCFullYear() - 1980) << 9) |
      ((clamped.getUTCMonth() + 1) << 5) |
      clamped.getUTCDate(),
    time:
      (clamped.getUTCHours() << 11) |
      (clamped.getUTCMinutes() << 5) |
      (clamped.getUTCSeconds() >> 1),
  };
}
