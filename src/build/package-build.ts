/** Everything decided about a package before its first build. */
import type { Project } from '../project/index.ts';
import type { Interpreter } from '../python/index.ts';
import type { Environment } from './environment.ts';
import type { FrontendName } from './frontend.ts';
import type { BuildJob, LeftOut } from './job.ts';
import type { SourceTree } from './source-tree.ts';

export interface PackageBuild {
  readonly project: Project;
  /** Absolute. */
  readonly output: string;
  readonly sources: SourceTree;
  /** The oldest Python first. */
  readonly jobs: readonly BuildJob[];
  readonly leftOut: readonly LeftOut[];
  /** Interpreters whose pip may install into the environments of others. */
  readonly helpers: readonly Interpreter[];
  readonly testCommand?: string;
  readonly frontend?: FrontendName;
  readonly isolated: boolean;
  readonly offline: boolean;
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}
