/** What an index says of one file; the page writers need nothing else. */
export interface IndexedFile {
  /** `spam-1.0-cp312-cp312-manylinux_2_17_x86_64.whl`. */
  readonly filename: string;
  /** Normalised project name (PEP 503). */
  readonly project: string;
  /** Version in normal form. */
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
  readonly requiresPython?: string;
  /** SHA-256 of the METADATA served beside the file as `<filename>.metadata` (PEP 658, PEP 714); wheels only. */
  readonly metadataSha256?: string;
}
