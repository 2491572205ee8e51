/** Bytes as `--max-size` reads them: `1536KiB`. Rounded up. */
export function formatSizeExact(bytes: number): string {
  return `${Math.ceil(bytes / 1024)}KiB`;
}
