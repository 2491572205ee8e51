/** Where the commands of a build run: this machine, or a container on it. The build itself is written once, for both. */
import type { Interpreter } from '../python/index.ts';
import type { ProcessResult } from '../support/process.ts';
import type { Environment } from './environment.ts';

export interface PlaceProcess {
  /** A folder of the place. */
  readonly cwd: string;
  /** The whole environment, as {@link BuildPlace.env} with what the build adds. */
  readonly env: Environment;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  readonly outputLimit?: number;
  readonly label?: string;
}

/** A place that is open. Paths that name it are its own, absolute, and not this machine's in a container. */
export interface BuildPlace {
  readonly kind: 'host' | 'container';
  readonly platform: NodeJS.Platform;
  /** The variables that a process there starts from. */
  readonly env: Environment;
  /** Text of its /etc/os-release. */
  readonly osRelease?: string;
  /** Runs without a shell, as `runProcess`. */
  run(command: string, args: readonly string[], options: PlaceProcess): Promise<ProcessResult>;
  /** An empty folder of its own in the place, which goes away with it. */
  makeFolder(name: string): Promise<string>;
  /** Copies a file, or what is in a folder, of this machine to a path that is not there yet. */
  copyIn(from: string, to: string): Promise<void>;
  /** Copies a file, or what is in a folder, of the place to a path of this machine that is not there yet. */
  copyOut(from: string, to: string): Promise<void>;
  /** The interpreter of a Python by its tag (`cp312`, `cp314t`, `pp311`), probed; undefined when it has none. */
  interpreter(python: {
    readonly tag: string;
    readonly folder: string;
  }): Promise<Interpreter | undefined>;
  /** Every interpreter it has. */
  interpreters(): Promise<readonly Interpreter[]>;
  /**
   * Folders of this machine that hold the place's shared libraries, so that a wheel built there can be repaired here; empty on
   * the host, which is searched as it is.
   * @param wanted sonames that a wheel needs.
   */
  librariesFor(wanted: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}
