/**
 * Makes wheels that lean on the machine they were built on into wheels that run wherever their tag says: plan, apply,
 * verify. The given wheel is never changed.
 */
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Audit } from '../audit/index.ts';
import { formatTag } from '../packaging/index.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { fileError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { makeFolders } from '../support/folders.ts';
import { hashFile } from '../support/hash.ts';
import { ignoreEvents, runTask } from '../support/progress/events.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { withWheel, type Wheel } from '../wheel/index.ts';
import { applyRepair, taskId } from './apply.ts';
import type { RepairOptions, RepairPlace } from './options.ts';
import type { RepairPlan } from './plan.ts';
import { planOptions } from './planning/options.ts';
import { planRepair } from './planning/plan-repair.ts';
import type { RepairSession } from './session.ts';

/** A repaired wheel. */
export interface RepairResult {
  /** The wheel as it was given. */
  readonly path: string;
  /** The repaired one. */
  readonly output: string;
  readonly filename: string;
  /** Hex, of the repaired wheel. */
  readonly outputSha256: string;
  /** Bytes of the repaired wheel. */
  readonly size: number;
  readonly tags: readonly string[];
  readonly plan: RepairPlan;
  /** Native files that were made, by their path in the wheel. */
  readonly shipped: ReadonlyMap<string, { readonly sha256: string; readonly size: number }>;
  /** Members that were copied as they were. */
  readonly unchangedMembers: number;
  readonly findings: readonly Finding[];
  /** False when the output is the given wheel, byte for byte. */
  readonly changed: boolean;
  /** Of the repaired wheel. */
  readonly audit: Audit;
}

/**
 * Says what {@link repairWheel} would do; reads only.
 * @throws WheelworksError as {@link planRepair}.
 */
export async function planWheelRepair(
  path: string,
  session: RepairSession,
  options: RepairOptions = {},
): Promise<RepairPlan> {
  return withWheel(path, async (wheel) => planRepair(wheel, planOptions(session, options)));
}

/**
 * Repairs a wheel into a folder. One that needs no repair is copied there as it is. Nothing is left of a repair that
 * fails or is interrupted.
 * @throws WheelworksError as {@link planRepair} and {@link applyRepair}, `file/*`.
 */
export async function repairWheel(
  path: string,
  session: RepairSession,
  options: RepairOptions & RepairPlace,
): Promise<RepairResult> {
  const { directory, events = ignoreEvents, signal } = options;
  await makeFolders(directory);
  return withWheel(path, async (wheel) =>
    runTask(events, { id: taskId(path), label: taskId(path), unit: 'bytes' }, async () => {
      const plan = await planRepair(wheel, planOptions(session, options));
      signal?.throwIfAborted();
      const isWritten = plan.changed || options.rewrite === true;
      session.claim(join(directory, isWritten ? plan.filename : basename(path)), path);
      return isWritten
        ? writeRepaired(wheel, { plan, session, options })
        : keepAsItIs(wheel, plan, directory);
    }),
  );
}

async function writeRepaired(
  wheel: Wheel,
  {
    plan,
    session,
    options,
  }: {
    readonly plan: RepairPlan;
    readonly session: RepairSession;
    readonly options: RepairOptions & RepairPlace;
  },
): Promise<RepairResult> {
  const { directory, inPlace = false } = options;
  const target = join(directory, plan.filename);
  const replacesInput = inPlace && resolve(target) === resolve(wheel.path);
  return withTemporaryDirectory('wheelworks-repair-', async (scratch) => {
    const write = async (into: string): Promise<RepairResult> => {
      const { written, audit, shipped, findings } = await applyRepair({
        wheel,
        plan,
        session,
        options,
        directory: into,
        scratch,
        isFinal: into === directory,
      });
      const { sha256 } = await hashFile(written.path);
      return {
        path: wheel.path,
        output: target,
        filename: plan.filename,
        outputSha256: sha256,
        size: written.size,
        tags: plan.tags.tags.map(formatTag),
        plan,
        shipped,
        unchangedMembers: written.copied,
        findings,
        changed: plan.changed,
        audit,
      };
    };
    if (!replacesInput) {
      const result = await write(directory);
      if (inPlace) await rm(wheel.path).catch(rethrow(wheel.path));
      return result;
    }
    // Of the same name: made beside it, and put in its place when it is complete.
    return withTemporaryDirectory(
      '.wheelworks-',
      async (beside) => {
        const result = await write(beside);
        await rename(join(beside, plan.filename), target).catch(rethrow(target));
        return result;
      },
      { parent: directory },
    );
  });
}

async function keepAsItIs(
  wheel: Wheel,
  plan: RepairPlan,
  directory: string,
): Promise<RepairResult> {
  const output = join(directory, basename(wheel.path));
  if (resolve(output) !== resolve(wheel.path))
    await writeFileAtomic(output, (_, temporary) => copyFile(wheel.path, temporary));
  const { sha256, size } = await hashFile(output);
  return {
    path: wheel.path,
    output,
    filename: basename(output),
    outputSha256: sha256,
    size,
    tags: plan.tags.tags.map(formatTag),
    plan,
    shipped: new Map(),
    unchangedMembers: wheel.archive.entries.filter(({ isDirectory }) => !isDirectory).length,
    findings: plan.findings,
    changed: false,
    audit: plan.audit,
  };
}

function rethrow(path: string): (error: unknown) => never {
  return (error) => {
    throw fileError(error, path);
  };
}
