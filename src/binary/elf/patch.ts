/** A changed ELF file as the difference to the old one: large files are changed without being held in memory. */

/** New bytes at a file offset. */
export interface PatchWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What makes a new file of an old one. */
export interface ElfPatch {
  /** Bytes of the new file. */
  readonly size: number;
  /**
   * Ascending and apart from one another. Everything else stays as it is; past the old end, where nothing is written,
   * the new file has zeros.
   */
  readonly writes: readonly PatchWrite[];
}

/** Whether a patch leaves a file of that size as it is. */
export function isUnchanged(patch: ElfPatch, size: number): boolean {
  return patch.size === size && patch.writes.length === 0;
}

/** The new file, from an old one in memory, which is left as it is. */
export function applyPatch(bytes: Uint8Array, patch: ElfPatch): Uint8Array {
  const patched = new Uint8Array(patch.size);
  patched.set(bytes.subarray(0, patch.size));
  for (const write of patch.writes) patched.set(write.bytes, write.offset);
  return patched;
}
