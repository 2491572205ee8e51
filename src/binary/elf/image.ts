import { WheelworksError, type ErrorCode } from '../../support/errors.ts';
import { hex } from '../../support/byte-reader.ts';
import { checkRange, type ElfBytes } from './bytes.ts';
import { ElfCursor, type ElfLayout } from './cursor.ts';
import { FaultLog } from './faults.ts';

/** A file while it is read: its bytes, how its numbers are written, and the damage found so far. */
export class ElfImage {
  readonly bytes: ElfBytes;
  readonly layout: ElfLayout;
  readonly path: string | undefined;
  readonly log: FaultLog = new FaultLog();

  constructor(bytes: ElfBytes, layout: ElfLayout, path: string | undefined) {
    this.bytes = bytes;
    this.layout = layout;
    this.path = path;
  }

  get size(): number {
    return this.bytes.size;
  }

  /**
   * The bytes of a range that was checked against the file first, so that no source is asked for the impossible.
   * @throws WheelworksError `elf/truncated`.
   */
  range(offset: number, length: number, field: string): Uint8Array {
    checkRange({ size: this.size, offset, length }, field, this.path);
    return this.bytes.range(offset, length, field);
  }

  /**
   * A cursor over a range.
   * @throws WheelworksError `elf/truncated`.
   */
  cursor(offset: number, length: number, field: string): ElfCursor {
    return new ElfCursor(this.range(offset, length, field), this.layout, {
      offset,
      path: this.path,
    });
  }

  /** An error about a place in this file. */
  error(code: ErrorCode, message: string, offset: number): WheelworksError {
    return new WheelworksError(code, message, {
      hint: 'The file is damaged or forged; get or build it again.',
      evidence: `offset ${hex(offset)}`,
      ...(this.path === undefined ? {} : { path: this.path }),
    });
  }
}
