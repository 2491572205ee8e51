/** How a set is tried, for all that try it. */
import type { Environment } from '../../build/index.ts';
import type { InterpreterSearch } from '../../python/index.ts';
import type { EventSink } from '../../support/progress/events.ts';

/** How a set is tried. */
export interface TrialOptions {
  /** The folder of the set. */
  readonly folder: string;
  /** Shell text; without it modules are imported. */
  readonly testCommand?: string;
  /** What `{project}` and `{package}` of the command stand for. */
  readonly project: string;
  readonly search: InterpreterSearch;
  /** Interpreters that are to try it, as the user names them; none means every one that takes something of the set. */
  readonly python: readonly string[];
  /** Environments at a time. */
  readonly jobs: number;
  /** The caller's environment. */
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly offline: boolean;
  readonly events: EventSink;
  readonly signal: AbortSignal;
}
