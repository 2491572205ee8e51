/** Troubles on purpose: what a client must survive, scripted. */
import { WheelworksError } from '../support/errors.ts';

export type Fault = {
  /** Requests whose path starts so. */
  readonly path: string;
  /** How many requests it hits; undefined for all. */
  readonly times?: number;
} & (
  | { readonly kind: 'status'; readonly status: number }
  /** Milliseconds before anything is done. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** The connection ends after so many bytes of an upload, or of an answer. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Everything is done, and the connection ends in place of the answer. */
  | { readonly kind: 'lost' }
  /** Pages are as they were before their last change. */
  | { readonly kind: 'stale' }
);

export interface Faults {
  /** The first that fits, counted down. */
  take(path: string): Fault | undefined;
  list(): readonly Fault[];
  set(faults: readonly Fault[]): void;
}

export function createFaults(initial: readonly Fault[]): Faults {
  let active = initial.map((fault) => ({ fault, left: fault.times ?? Infinity }));
  return {
    take(path) {
      if (active.length === 0) return undefined;
      const found = active.find(({ fault, left }) => left > 0 && path.startsWith(fault.path));
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.fault;
    },
    list: () =>
      active
        .filter(({ left }) => left > 0)
        .map(({ fault, left }) => (left === Infinity ? fault : { ...fault, times: left })),
    set(faults) {
      active = faults.map((fault) => ({ fault, left: fault.times ?? Infinity }));
    },
  };
}

/** Seconds that a client is asked to wait, with 429 and 503. */
export const RETRY_AFTER = '1';

/**
 * A fault out of words: `503 /legacy/ x2`, `slow=2s /simple/`, `cut=1000 /files/`, `lost /legacy/ x1`, `stale`.
 * @throws WheelworksError `serve/bad-fault`.
 */
export function parseFault(text: string): Fault {
  const words = text.trim().split(/\s+/);
  const kind = kindIn(words[0] ?? '');
  const path = words.find((word) => word.startsWith('/')) ?? '/';
  const count = words.slice(1).find((word) => /^x\d{1,6}$/.test(word));
  const rest = words.slice(1).filter((word) => word !== path && word !== count);
  if (kind === undefined || rest.length > 0)
    throw new WheelworksError('serve/bad-fault', 'That is no fault that can be played.', {
      evidence: text,
      hint: "Write '503 /legacy/ x2', 'slow=2s /simple/', 'cut=1000 /files/', 'lost /legacy/ x1' or 'stale'.",
    });
  return { ...kind, path, ...(count === undefined ? {} : { times: Number(count.slice(1)) }) };
}

type Kind =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'slow'; readonly delay: number }
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'stale' };

function kindIn(word: string): Kind | undefined {
  if (/^[45]\d\d$/.test(word)) return { kind: 'status', status: Number(word) };
  if (word === 'lost' || word === 'stale') return { kind: word };
  const [, seconds] = /^slow=(\d{1,4}(?:\.\d{1,3})?)s$/.exec(word) ?? [];
  if (seconds !== undefined) return { kind: 'slow', delay: Number(seconds) * 1000 };
  const [, after] = /^cut=(\d{1,12})$/.exec(word) ?? [];
  return after === undefined ? undefined : { kind: 'cut', after: Number(after) };
}

/** A fault in words, as {@link parseFault} takes them. */
export function formatFault(fault: Fault): string {
  const { path, times } = fault;
  const first =
    fault.kind === 'status'
      ? String(fault.status)
      : fault.kind === 'slow'
        ? `slow=${fault.delay / 1000}s`
        : fault.kind === 'cut'
          ? `cut=${fault.after}`
          : fault.kind;
  return [first, path, ...(times === undefined ? [] : [`x${times}`])].join(' ');
}
