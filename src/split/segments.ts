/** How a cut file is inflated side by side: where a joiner can start, and what it needs for that. */

/** Bytes of output between two restart points, about. */
export const SEGMENT_LENGTH: number = 16 << 20;
/** Bytes of output before a restart point that deflate may refer to (RFC 1951 2). */
export const WINDOW_LENGTH: number = 32 << 10;

/** Bytes of the windows of a file, at most: a restart point near each multiple of {@link SEGMENT_LENGTH}. */
export function windowsLength(size: number): number {
  return (Math.floor(size / SEGMENT_LENGTH) + 1) * WINDOW_LENGTH;
}
