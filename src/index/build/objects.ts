/** What an index consists of, and which of it a target must be sent. */

/** Where the bytes of an object come from. */
export type ObjectSource =
  /** A page, made when it is needed. */
  | { readonly kind: 'page'; readonly render: () => string }
  /** A file of this machine. */
  | { readonly kind: 'file'; readonly path: string }
  /** METADATA of the wheel at this path; `bytes` when it was read already. */
  | { readonly kind: 'metadata'; readonly wheel: string; readonly bytes?: Uint8Array };

/** In the order in which they are written: nothing is named before it is there. */
export const STAGES = ['file', 'beside-file', 'page', 'root'] as const;
export type Stage = (typeof STAGES)[number];

/** One object at its place. */
export interface IndexObject {
  /** Below the target, with `/`. */
  readonly path: string;
  readonly stage: Stage;
  readonly source: ObjectSource;
  readonly sha256: string;
  readonly size: number;
  /** A digest of all that a page is made from. */
  readonly from?: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** What a target is known to hold of ours. */
export interface WrittenObject {
  /** Empty while it is not known whether the new or the old one is there. */
  readonly sha256: string;
  readonly size: number;
  /** As {@link IndexObject.from}. */
  readonly from?: string;
}

/** All that was written, by path. */
export type Manifest = ReadonlyMap<string, WrittenObject>;

/** What is to be done. */
export interface ObjectPlan {
  readonly added: readonly IndexObject[];
  readonly changed: readonly IndexObject[];
  readonly kept: readonly IndexObject[];
  /** Paths of what is not part of the index any more. */
  readonly removed: readonly string[];
}

/**
 * Compares what shall be with what is.
 * @param present the size of what lies at a path; undefined when there is nothing.
 */
export function planObjects(
  objects: readonly IndexObject[],
  manifest: Manifest,
  present: (path: string) => number | undefined,
): ObjectPlan {
  const added: IndexObject[] = [];
  const changed: IndexObject[] = [];
  const kept: IndexObject[] = [];
  const wanted = new Set<string>();
  for (const object of objects) {
    wanted.add(object.path);
    const size = present(object.path);
    if (size === undefined) added.push(object);
    else if (manifest.get(object.path)?.sha256 === object.sha256 && size === object.size)
      kept.push(object);
    else changed.push(object);
  }
  const removed = [...manifest.keys()].filter((path) => !wanted.has(path)).sort();
  return { added, changed, kept, removed };
}

/** What is written, stage by stage, by path within each. */
export function writingOrder({ added, changed }: ObjectPlan): readonly IndexObject[][] {
  const all = [...added, ...changed].sort((left, right) => (left.path < right.path ? -1 : 1));
  return STAGES.map((stage) => all.filter((object) => object.stage === stage)).filter(
    (each) => each.length > 0,
  );
}
