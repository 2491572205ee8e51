/** When no index serves a build: what is then tried, and how the user is told. */
import type { Project } from '../project/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { FrontendName } from './frontend.ts';

/** The unreachable index is the cause to mend; what the installed packages lacked only explains the rest. */
export function bothFailed(first: WheelworksError, second: WheelworksError): WheelworksError {
  const evidence = [first.evidence, second.evidence]
    .filter((text) => text !== undefined)
    .join('\n');
  return new WheelworksError(
    first.code,
    `${first.message} Then the packages that the interpreter has installed were tried: ${second.message}`,
    {
      cause: second,
      ...(first.path === undefined ? {} : { path: first.path }),
      ...(evidence === '' ? {} : { evidence }),
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    },
  );
}

export const NO_INDEX =
  'no package index answered, so the build used the packages that the interpreter has installed';
export const NOT_IN_INDEX =
  'the package index has not what the build requires, so it used the packages that the interpreter has installed';
const OFFLINE = 'without an index, the build used the packages that the interpreter has installed';

/** What decides whether a build was isolated. */
interface IsolationChoice {
  readonly project: Pick<Project, 'buildSystem'>;
  readonly frontend?: FrontendName;
  readonly isolated: boolean;
  readonly offline: boolean;
}

/** A user who asked for an isolated build and did not get one should know. */
export function isolationNotices(
  options: IsolationChoice,
  frontend: FrontendName,
): readonly string[] {
  if (!options.isolated || options.project.buildSystem.requires.length === 0) return [];
  if (options.offline) return [OFFLINE];
  if (options.frontend === 'direct' || frontend !== 'direct') return [];
  return ['no frontend serves this interpreter, so its backend was called directly'];
}

/** Whether a build failed for what an index has, rather than for itself. */
export function isIndexFailure(error: WheelworksError): boolean {
  return error.code === 'build/index-unreachable' || error.code === 'build/requirement-not-found';
}
