/** All that was found of a package, before it is put together. */
import type { SplitDefinition } from '../interpreter/index.ts';
import type { OpenWrtRelease } from '../targets/index.ts';
import type { Reached } from './closure.ts';
import type { DependencyFeed } from './feed.ts';
import type { ScannedTree } from './imports/scan-tree.ts';
import type { NeededLibrary } from './needed-libraries.ts';
import type { JudgedRequirements } from './requirements.ts';
import type { StandardLibrary } from './stdlib/index.ts';
import type { Subject } from './subject.ts';

export interface Evidence {
  readonly release: OpenWrtRelease;
  readonly definition: SplitDefinition;
  readonly library: StandardLibrary;
  readonly requirements: JudgedRequirements;
  readonly subject: Subject;
  readonly scanned: ScannedTree & { readonly reader: readonly number[] };
  /** Whether a `.dist-info` is in the tree, which lies where one minor version looks for it. */
  readonly hasMetadata: boolean;
  readonly reached: ReadonlyMap<string, Reached>;
  readonly libraries: readonly NeededLibrary[];
  /** Modules of the project that the tree no longer has. */
  readonly removed: ReadonlySet<string>;
  /** Names of the top that the build makes, which are the project's own. */
  readonly built: ReadonlySet<string>;
  readonly feed?: DependencyFeed;
}
