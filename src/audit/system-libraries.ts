import { baselines } from '../platform/index.ts';

const SYSTEM_LIBRARIES: ReadonlySet<string> = new Set(
  baselines.flatMap((baseline) => [...baseline.libraries]),
);

/** Whether some baseline has a library. */
export function isOfSystems(library: string): boolean {
  return SYSTEM_LIBRARIES.has(library);
}
