/**
 * Reads a deflate stream (RFC 1951) for its shape alone: where its blocks begin, in the stream and in what it inflates
 * to. No output is made, so that it costs a fraction of inflating and no memory.
 *
 * A state machine over pieces of input. Between calls of `push`:
 * - `#bytes` holds what has not been read yet from `#position` (bits) on, and behind `#length` at least `PADDING` zero
 *   bytes, so that reads of four bytes need no check of their own;
 * - `#base` and `#output` are the offsets, in the stream and in the output, of all that is done with;
 * - in state `block` the next bits start a block; in `codes` they are symbols of `#codes`; in `stored` `#stored` bytes
 *   are still to be skipped; in `end` the last block is over.
 * A block's head is only read when it is there as a whole, and so is a symbol with its distance.
 */
import { WheelworksError } from '../../support/errors.ts';
import { BLOCK, WINDOW, fixedLengths } from './codes.ts';
import { scanSymbols, type SymbolScan } from './symbols.ts';
import {
  LONGEST_HEAD,
  bitsAt,
  newBlockCodes,
  readDynamicHeader,
  type BlockCodes,
} from './dynamic-header.ts';
import { DISTANCE_ENTRIES, LITERAL_ENTRIES, fillTable } from './table.ts';

/** Where a block begins. */
export interface BlockStart {
  /** Bits from the start of the stream. */
  readonly bitOffset: number;
  /** Bytes of output before it. */
  readonly outputOffset: number;
}

/** Bytes of input looked at at once. */
const PIECE = 1 << 20;
/** Zero bytes behind the input: a head and a read of four bytes may start in the last byte of it. */
const PADDING = LONGEST_HEAD + 16;
/** Bytes that a symbol, its distance and their extra bits fit into, and a read of four bytes at the end of them. */
const SYMBOL_ROOM = 12;

/** Follows one stream. */
export class DeflateScanner {
  readonly #path: string;
  readonly #onBlock: (start: BlockStart) => void;
  readonly #bytes = new Uint8Array(PIECE + 2 * PADDING);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #own: BlockCodes = newBlockCodes();
  readonly #scan: SymbolScan = { position: 0, output: 0, farthest: 0, fault: undefined };
  #fixed: BlockCodes | undefined;
  #codes: BlockCodes = this.#own;
  #state: 'block' | 'codes' | 'stored' | 'end' = 'block';
  #isLast = false;
  #stored = 0;
  #length = 0;
  #position = 0;
  #base = 0;
  #output = 0;

  /**
   * @param path names the stream in errors
   * @param onBlock called for each block in order, the first one among them
   */
  constructor(path: string, onBlock: (start: BlockStart) => void) {
    this.#path = path;
    this.#onBlock = onBlock;
  }

  /**
   * Reads on.
   * @throws WheelworksError `deflate/corrupt`.
   */
  push(input: Uint8Array): void {
    for (let offset = 0; offset < input.length; offset += PIECE) {
      this.#take(input.subarray(offset, offset + PIECE));
      this.#run(false);
      this.#drop();
    }
  }

  /**
   * Ends the stream; returns its bytes and those it inflates to.
   * @throws WheelworksError `deflate/truncated`, `deflate/corrupt`.
   */
  finish(): { readonly compressedSize: number; readonly size: number } {
    this.#run(true);
    if (this.#state !== 'end') throw this.#truncated();
    const used = (this.#position + 7) >>> 3;
    if (used !== this.#length) throw this.#corrupt('bytes behind its last block');
    return { compressedSize: this.#base + used, size: this.#output };
  }

  #take(piece: Uint8Array): void {
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
    this.#bytes.fill(0, this.#length, this.#length + PADDING);
  }

  /** Moves what is left to the front. */
  #drop(): void {
    const done = Math.min(this.#position >>> 3, this.#length);
    this.#bytes.copyWithin(0, done, this.#length);
    this.#length -= done;
    this.#position -= done * 8;
    this.#base += done;
  }

  /** Goes on as far as the input allows; `isWhole` when no more will come. */
  #run(isWhole: boolean): void {
    let goesOn = true;
    while (goesOn && this.#state !== 'end') {
      if (this.#state === 'block') goesOn = this.#startBlock(isWhole);
      else if (this.#state === 'stored') goesOn = this.#skipStored();
      else goesOn = this.#readCodes(isWhole);
    }
    if (this.#state === 'end' && this.#length * 8 - this.#position >= 8)
      throw this.#corrupt('bytes behind its last block');
  }

  #startBlock(isWhole: boolean): boolean {
    const available = this.#length - (this.#position >>> 3);
    if (available <= LONGEST_HEAD && !isWhole) return false;
    this.#requireBits(3);
    this.#onBlock({
      bitOffset: this.#base * 8 + this.#position,
      outputOffset: this.#output,
    });
    const head = bitsAt(this.#view, this.#position);
    this.#isLast = (head & 1) === 1;
    const kind = (head >>> 1) & 3;
    this.#position += 3;
    if (kind === BLOCK.stored) this.#startStored();
    else if (kind === BLOCK.fixed) this.#startCodes(this.#fixedCodes());
    else if (kind === BLOCK.dynamic) this.#startDynamic();
    else throw this.#corrupt('a block of a kind that does not exist');
    return true;
  }

  #startStored(): void {
    const at = (this.#position + 7) >>> 3;
    this.#position = at * 8;
    this.#requireBits(32);
    const length = this.#view.getUint16(at, true);
    if ((this.#view.getUint16(at + 2, true) ^ 0xffff) !== length)
      throw this.#corrupt('a stored block with two different lengths');
    this.#position += 32;
    this.#stored = length;
    this.#state = 'stored';
  }

  #startDynamic(): void {
    const end = readDynamicHeader(this.#view, this.#position, this.#own);
    if (typeof end === 'string') throw this.#corrupt(end);
    this.#position = end;
    this.#requireBits(0);
    this.#startCodes(this.#own);
  }

  /** Made at most once: few streams have such blocks. */
  #fixedCodes(): BlockCodes {
    if (this.#fixed === undefined) {
      this.#fixed = newBlockCodes();
      const { literals, distances } = fixedLengths();
      fillTable(this.#fixed.literals, literals, LITERAL_ENTRIES);
      fillTable(this.#fixed.distances, distances, DISTANCE_ENTRIES);
    }
    return this.#fixed;
  }

  #startCodes(codes: BlockCodes): void {
    this.#codes = codes;
    this.#state = 'codes';
  }

  #skipStored(): boolean {
    const count = Math.min(this.#stored, this.#length - (this.#position >>> 3));
    this.#stored -= count;
    this.#position += count * 8;
    this.#output += count;
    if (this.#stored > 0) return false;
    this.#endBlock();
    return true;
  }

  #readCodes(isWhole: boolean): boolean {
    const scan = this.#scan;
    const bits = this.#length * 8;
    scan.position = this.#position;
    scan.output = 0;
    scan.farthest = Math.min(this.#output, WINDOW);
    const limit = isWhole ? bits : bits - SYMBOL_ROOM * 8;
    const isOver = scanSymbols(this.#view, limit, this.#codes, scan);
    this.#position = scan.position;
    this.#output += scan.output;
    // Past the end are zeros, which may look like anything.
    this.#requireBits(0);
    if (scan.fault !== undefined) throw this.#corrupt(scan.fault);
    if (isOver) this.#endBlock();
    return isOver;
  }

  #endBlock(): void {
    this.#state = this.#isLast ? 'end' : 'block';
  }

  #requireBits(count: number): void {
    if (this.#position + count > this.#length * 8) throw this.#truncated();
  }

  #truncated(): WheelworksError {
    return new WheelworksError(
      'deflate/truncated',
      'The deflate stream ends before its last block.',
      {
        path: this.#path,
        evidence: `${this.#base + this.#length} bytes`,
        hint: 'The file is damaged; fetch or build it again.',
      },
    );
  }

  #corrupt(what: string): WheelworksError {
    return new WheelworksError('deflate/corrupt', `The deflate stream has ${what}.`, {
      path: this.#path,
      evidence: `at bit ${this.#base * 8 + this.#position}`,
      hint: 'The file is damaged; fetch or build it again.',
    });
  }
}
