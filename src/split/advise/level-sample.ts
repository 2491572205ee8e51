import { deflatedSize, type PositionedPiece } from '../../archive/zip/index.ts';

/** Content of one sample: enough for the compressor to show what it can, little enough for hundreds of members. */
const SAMPLE = 512 << 10;
/** What zlib can do best. */
const BEST_LEVEL = 9;

/**
 * A stretch of a member that is compressed again, to see whether a better level would make it smaller. It starts and
 * ends at known positions, so that what the stretch takes now is known as well.
 */
export class LevelSample {
  readonly #from: number;
  readonly #pieces: Uint8Array[] = [];
  #position = 0;
  #compressed = 0;
  #start: number | undefined;
  #end = 0;
  #size = 0;

  /** @param from content before this offset is left out, as far as there is more */
  constructor(from: number) {
    this.#from = from;
  }

  /** Whether what follows is not needed. */
  get isFull(): boolean {
    return this.#size >= SAMPLE;
  }

  take({ bytes, compressedEnd }: PositionedPiece): void {
    if (this.#position >= this.#from && !this.isFull) {
      this.#start ??= this.#compressed;
      this.#pieces.push(bytes.slice());
      this.#size += bytes.length;
      this.#end = compressedEnd;
    }
    this.#position += bytes.length;
    this.#compressed = compressedEnd;
  }

  /** The share of the compressed bytes that level 9 would save, 0 to 1; below 0 where it would do worse. */
  async gain(): Promise<number> {
    const now = this.#end - (this.#start ?? 0);
    if (now === 0) return 0;
    const pieces = this.#pieces;
    async function* sample(): AsyncGenerator<Uint8Array, void, undefined> {
      yield* pieces;
    }
    return 1 - (await deflatedSize(sample(), { level: BEST_LEVEL, concurrency: 1 })) / now;
  }
}
