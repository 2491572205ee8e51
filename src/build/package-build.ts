/** Everything decided about a package before its first build. */
import type { Project } from '../project/index.ts';
import type { Interpreter } from '../python/index.ts';
import type { SplitChoices } from '../split/index.ts';
import type { Environment } from './environment.ts';
import type { FrontendName } from './frontend.ts';
import type { BuildJob, LeftOut, MissingJob } from './job.ts';
import type { SourceTree } from './source-tree.ts';

export interface PackageBuild {
  readonly project: Project;
  /** Its name as reports call it: the project's, else its folder's. */
  readonly name: string;
  /** One of several packages of its run, so that its jobs need its name beside theirs. */
  readonly isOneOfSeveral: boolean;
  /** Names of packages of the same run whose wheels it needs. */
  readonly needs: readonly string[];
  /** Absolute. */
  readonly output: string;
  readonly sources: SourceTree;
  /** The oldest Python first. */
  readonly jobs: readonly BuildJob[];
  /** Planned jobs for which this machine has no interpreter. */
  readonly missing: readonly MissingJob[];
  readonly leftOut: readonly LeftOut[];
  /** Interpreters whose pip may install into the environments of others. */
  readonly helpers: readonly Interpreter[];
  readonly frontend?: FrontendName;
  readonly isolated: boolean;
  readonly offline: boolean;
  /** Wheels are taken as the backend made them. */
  readonly unrepaired: boolean;
  /** Debug information is split off the wheels' native files, into files beside the logs. */
  readonly debugFiles: boolean;
  /** How wheels over a limit are cut into sets; absent when the project does not say. */
  readonly split?: SplitChoices;
  /** Wheels are not installed and tested. */
  readonly untested: boolean;
  /** An sdist is made besides. */
  readonly sdist: boolean;
  /** Milliseconds that one command of a build or test may take. */
  readonly timeoutMs?: number;
  /** Config settings of the project and the command line. */
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}
