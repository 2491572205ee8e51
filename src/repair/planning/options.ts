import type { RepairOptions } from '../options.ts';
import type { RepairSession } from '../session.ts';

/** How a wheel is planned: the options with every default filled in. */
export interface PlanOptions {
  readonly session: RepairSession;
  readonly plat: string;
  readonly onlyPlat: boolean;
  readonly updateTags: boolean;
  readonly isExcluded: (nameOrPath: string) => boolean;
  readonly librarySuffix: string;
  readonly strip: boolean;
  readonly ignoreIsa: boolean;
  readonly clearExecutableStack: boolean;
  readonly withoutNatives: 'keep' | 'keep-any' | 'refuse';
  readonly editing: boolean;
  readonly baselines: RepairOptions['baselines'];
  readonly jobs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Fills in what was not said. */
export function planOptions(session: RepairSession, options: RepairOptions): PlanOptions {
  return {
    session,
    plat: options.plat ?? 'auto',
    onlyPlat: options.onlyPlat ?? false,
    updateTags: options.updateTags ?? true,
    isExcluded: options.isExcluded ?? (() => false),
    librarySuffix: options.librarySuffix ?? '.libs',
    strip: options.strip ?? false,
    ignoreIsa: options.ignoreIsa ?? false,
    clearExecutableStack: options.clearExecutableStack ?? false,
    withoutNatives: options.withoutNatives ?? 'keep',
    editing: options.editing ?? true,
    baselines: options.baselines,
    jobs: options.jobs,
    signal: options.signal,
  };
}
