/** Makes an index: plans it whole, then writes what is new, then takes away what is no part of it any more. */
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import {
  planObjects,
  writingOrder,
  type IndexObject,
  type Manifest,
  type ObjectPlan,
  type WrittenObject,
} from './objects.ts';
import type { Target } from './target.ts';

/** How an index is written. */
export interface WriteOptions {
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal?: AbortSignal;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
}

/**
 * Brings a target to hold these objects and, of what earlier runs wrote, no other ones.
 *
 * Files are written before the pages that name them and pages before the lists of projects; what is removed goes last.
 * Each object is replaced in one step. A run that ends in between leaves an index in which everything that is named is
 * there; the next run finishes the work.
 * @throws WheelworksError `index/not-ours` before anything is written, `index/locked`, `index/bad-manifest`,
 *   `index/changed-meanwhile`, and what the target throws.
 */
export async function writeObjects(
  target: Target,
  objects: readonly IndexObject[],
  options: WriteOptions,
): Promise<ObjectPlan> {
  if (options.dryRun === true) return planFor(target, objects);
  const unlock = await target.lock();
  try {
    const plan = await planFor(target, objects);
    if (plan.added.length + plan.changed.length + plan.removed.length === 0) return plan;
    const manifest = await target.readManifest();
    await target.writeManifest(duringWriting(manifest, plan));
    await writeAll(target, plan, options);
    await target.remove(plan.removed);
    await target.writeManifest(new Map(objects.map((object) => [object.path, written(object)])));
    return plan;
  } finally {
    await unlock();
  }
}

async function planFor(target: Target, objects: readonly IndexObject[]): Promise<ObjectPlan> {
  const manifest = await target.readManifest();
  const paths = objects.map(({ path }) => path);
  const sizes = await target.sizes(paths);
  const foreign = objects.filter(({ path }) => sizes.has(path) && !manifest.has(path));
  const adopted = new Map(manifest);
  for (const object of foreign) {
    if (!(await target.holds(object))) throw notOurs(target, object);
    adopted.set(object.path, written(object));
  }
  return planObjects(objects, adopted, (path) => sizes.get(path));
}

function written({ sha256, size, from }: IndexObject): WrittenObject {
  return { sha256, size, ...(from === undefined ? {} : { from }) };
}

/** What was there and what comes; of what is replaced nobody knows until it is done which of both is there. */
function duringWriting(manifest: Manifest, { added, changed, kept }: ObjectPlan): Manifest {
  const result = new Map(manifest);
  for (const object of kept) result.set(object.path, written(object));
  for (const { path } of [...added, ...changed]) result.set(path, { sha256: '', size: 0 });
  return result;
}

async function writeAll(target: Target, plan: ObjectPlan, options: WriteOptions): Promise<void> {
  const { events, jobs, signal } = options;
  const total = plan.added.length + plan.changed.length;
  const task = { id: 'index-write', label: 'write the index', total, unit: 'files' } as const;
  let done = 0;
  await runTask(events, task, async () => {
    for (const stage of writingOrder(plan)) {
      await mapParallel(stage, jobs, async (object) => {
        signal?.throwIfAborted();
        await target.put(object);
        done += 1;
        events({ type: 'task-progress', id: task.id, done, detail: object.path });
      });
    }
  });
}

function notOurs(target: Target, { path }: IndexObject): WheelworksError {
  return new WheelworksError('index/not-ours', `${path} was not written by this command.`, {
    path: `${target.name}/${path}`,
    hint: 'Choose another --output; the index would replace what is there.',
  });
}
