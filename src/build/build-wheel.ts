/** One wheel from one project with one interpreter, in a clean copy of the sources. */
import { basename } from 'node:path';
import { WheelworksError } from '../support/errors.ts';
import { attemptBuild, type MadeFile, type PlaceWheel } from './build-attempt.ts';
import { cacheUse, prepareSetting, type BuildWheelOptions } from './build-setting.ts';
import type { CacheUse } from './compiler-cache.ts';
import type { FrontendName } from './frontend.ts';
import { openLog } from './log-file.ts';
import {
  bothFailed,
  isIndexFailure,
  isolationNotices,
  NO_INDEX,
  NOT_IN_INDEX,
} from './without-index.ts';

export interface BuiltWheel {
  /** On this machine, under the name the backend gave it. */
  readonly path: string;
  readonly filename: string;
  readonly frontend: FrontendName;
  readonly isolated: boolean;
  /** What the repair of the place needs: the wheel there, and the environment of the build. */
  readonly inPlace: PlaceWheel;
  /** The index did not answer, so that a second attempt used installed packages. */
  readonly indexUnreachable: boolean;
  /** What the compiler cache did for it; absent without one, and where it does not say. */
  readonly compiled?: CacheUse;
  /** What the user should know of how it was built. */
  readonly notices: readonly string[];
}

/**
 * Builds a wheel.
 *
 * Where no index answers, and the build requirements are installed in the interpreter, the build is tried again with
 * those; the result says so.
 * @throws WheelworksError `build/*` with the cause told from the output, `process/*`, `file/*`.
 */
export async function buildWheel(options: BuildWheelOptions): Promise<BuiltWheel> {
  const log = await openLog(options.logPath);
  try {
    const setting = await prepareSetting(options, log);
    const { frontend, missing } = setting;
    const isolated = options.isolated && frontend !== 'direct' && !options.offline;
    const first = await attemptBuild(setting, isolated);
    if (!(first instanceof WheelworksError)) {
      const notices = [
        ...setting.notices,
        ...(isolated ? [] : isolationNotices(options, frontend)),
      ];
      const compiled = await cacheUse(setting);
      return built(first, { frontend, isolated, indexUnreachable: false, notices, ...compiled });
    }
    if (!isolated || missing.length > 0 || !isIndexFailure(first)) throw first;
    const second = await attemptBuild(setting, false);
    if (second instanceof WheelworksError) throw bothFailed(first, second);
    const indexUnreachable = first.code === 'build/index-unreachable';
    const notices = [...setting.notices, indexUnreachable ? NO_INDEX : NOT_IN_INDEX];
    const compiled = await cacheUse(setting);
    return built(second, { frontend, isolated: false, indexUnreachable, notices, ...compiled });
  } finally {
    log.close();
  }
}

function built(
  { path, inPlace }: MadeFile,
  how: Omit<BuiltWheel, 'path' | 'filename' | 'inPlace'>,
): BuiltWheel {
  return { path, filename: basename(path), inPlace, ...how };
}
