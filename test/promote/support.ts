/** Plans and writes promotions in this process. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseTarget,
  planPromotion,
  writePromotion,
  type PromotionPlan,
  type PromotionRequest,
  type WrittenSet,
} from '../../src/promote/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';

/** The plan for all distributions of a folder. */
export async function plan(
  folder: string,
  request: Partial<PromotionRequest> = {},
): Promise<PromotionPlan> {
  const names = (await readdir(folder)).filter((name) => /\.(?:whl|tar\.gz)$/.test(name)).sort();
  return planPaths(
    names.map((name) => join(folder, name)),
    request,
  );
}

/** The plan for files. */
export async function planPaths(
  paths: readonly string[],
  request: Partial<PromotionRequest> = {},
): Promise<PromotionPlan> {
  return planPromotion({
    paths,
    target: parseTarget('final'),
    versionsMayDiffer: false,
    alreadyFinal: false,
    expected: [],
    isDeclared: () => false,
    isAllowed: () => false,
    jobs: 2,
    events: ignoreEvents,
    signal: new AbortController().signal,
    ...request,
  });
}

/** Writes a plan into a folder. */
export async function write(
  promotion: PromotionPlan,
  output: string,
  {
    signal = new AbortController().signal,
    modified,
  }: { signal?: AbortSignal; modified?: Date } = {},
): Promise<WrittenSet> {
  return writePromotion(promotion, {
    output,
    tool: 'wheelworks test',
    jobs: 2,
    events: ignoreEvents,
    signal,
    ...(modified === undefined ? {} : { modified }),
  });
}
