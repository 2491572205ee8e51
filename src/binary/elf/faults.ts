import { WheelworksError, type ErrorCode } from '../../support/errors.ts';

/** What of a file is damaged; whoever judges a file knows from it which of its facts are in doubt. */
export type ElfPart =
  | 'header'
  | 'segments'
  | 'sections'
  | 'dynamic'
  | 'strings'
  | 'symbols'
  | 'versions'
  | 'notes'
  | 'attributes'
  | 'debug';

/**
 * Damage that did not stop the reading. What the damaged part would have said is missing from the model, so a judge
 * must not take its absence as proof of anything.
 */
export interface ElfFault {
  /** Stable, documented in docs/errors.md beside the errors. */
  readonly code: ErrorCode;
  readonly part: ElfPart;
  readonly message: string;
  readonly evidence: string | undefined;
}

/** Parts without which a file is not loaded, or not as it was meant. */
const LOADED_PARTS: ReadonlySet<ElfPart> = new Set(['header', 'segments', 'dynamic', 'strings']);

/** The first damage to what a loader reads; what only debuggers and other tools read may be cut off. */
export function loadFault({
  faults,
}: {
  readonly faults: readonly ElfFault[];
}): ElfFault | undefined {
  return faults.find(({ part }) => LOADED_PARTS.has(part));
}

/** A forged file can have a fault in each of a million headers; nobody reads more than these. */
const MOST_FAULTS = 100;

/** Collects the faults of one file. */
export class FaultLog {
  readonly #faults: ElfFault[] = [];

  /** In the order they were found; at most a hundred. */
  get faults(): readonly ElfFault[] {
    return this.#faults;
  }

  add(part: ElfPart, code: ErrorCode, details: { message: string; evidence?: string }): void {
    if (this.#faults.length >= MOST_FAULTS) return;
    const { message, evidence } = details;
    this.#faults.push({ code, part, message, evidence });
  }

  /** The result of `work`, or `fallback` when it found damage, which becomes a fault. */
  attempt<Result>(part: ElfPart, fallback: Result, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof WheelworksError)) throw error;
      const { code, message, evidence } = error;
      this.add(part, code, { message, ...(evidence === undefined ? {} : { evidence }) });
      return fallback;
    }
  }
}
