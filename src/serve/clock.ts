/** The time that an index goes by. */

export interface IndexClock {
  now(): Date;
  /** From now on it is that late, and goes on from there; undefined for the time it is. */
  set(time: Date | undefined): void;
  readonly isSet: boolean;
}

export function createClock(real: () => Date, start?: Date): IndexClock {
  const offsetTo = (time: Date): number => time.getTime() - real().getTime();
  let offset = start === undefined ? undefined : offsetTo(start);
  return {
    now: () => new Date(real().getTime() + (offset ?? 0)),
    set(time) {
      offset = time === undefined ? undefined : offsetTo(time);
    },
    get isSet() {
      return offset !== undefined;
    },
  };
}

/** As indexes write it (PEP 700): `2026-11-20T01:02:03.000000Z`. */
export function uploadTimeOf(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
