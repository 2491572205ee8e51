import type { Libc } from './baselines.ts';

/** Where system libraries define symbols. */
export interface SystemSymbols {
  /** Libraries and versions that define a symbol, the oldest first; empty when none does. */
  find(name: string): readonly { readonly library: string; readonly version: string }[];
}

/** The system libraries of an architecture; undefined where they are not known. */
export async function loadSystemSymbols(
  _libc: Libc,
  _architecture: string,
): Promise<SystemSymbols | undefined> {
  return undefined;
}
