/** Where each need of each file is met: the edges of the dependency graph. */
import type { NativeFacts } from './facts.ts';
import { isLoader } from './libc.ts';
import { isOfSystems } from './system-libraries.ts';
import type { Reach } from './reach.ts';

/** One DT_NEEDED entry and who meets it. */
export interface Link {
  readonly name: string;
  /**
   * `carried`: found in the subject; `unreachable`: there, but not found; `system`: every system of some baseline has
   * it; `loader`: the program loader itself; `external`: none of these.
   */
  readonly kind: 'carried' | 'unreachable' | 'system' | 'loader' | 'external';
  /** The file of the subject that meets it, or would. */
  readonly target?: string;
}

/** The links of one file, in the order of its DT_NEEDED entries, repeated ones left out. */
export function linksOf({ path, elf }: NativeFacts, reach: Reach): readonly Link[] {
  return [...new Set(elf?.needed)].map((name): Link => {
    if (isLoader(name)) return { name, kind: 'loader' };
    const target = reach.targetOf(path, name);
    if (target !== undefined) return { name, kind: 'carried', target };
    if (isOfSystems(name)) return { name, kind: 'system' };
    const [place] = reach.placesOf(name);
    if (place !== undefined) return { name, kind: 'unreachable', target: place };
    return { name, kind: 'external' };
  });
}
