import type { ProgressUnit } from './events.ts';

/** `0.4 s`, `12 s`, `3:05`, `1:02:45`: how long something took; precise where it is short, a clock where it is long. */
export function formatSeconds(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(0, seconds).toFixed(1)} s` : clock(Math.round(seconds));
}

/** The same in whole seconds, for time that is passing. */
export function formatElapsed(milliseconds: number): string {
  return clock(Math.max(0, Math.floor(milliseconds / 1000)));
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Powers of 1000, as file managers and PyPI show sizes: `999 B`, `1.5 kB`, `541 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (unit < SIZES.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${SIZES[unit] ?? ''}`;
}

/** `12 MB of 541 MB`, `3 of 40 files`, `3 of 7`, or `3 files` when the end is not known. */
export function formatAmount(
  done: number,
  total: number | undefined,
  unit: ProgressUnit = 'steps',
): string {
  if (unit === 'bytes')
    return total === undefined
      ? formatBytes(done)
      : `${formatBytes(done)} of ${formatBytes(total)}`;
  const of = total === undefined ? String(done) : `${done} of ${total}`;
  return unit === 'files' ? `${of} files` : of;
}
