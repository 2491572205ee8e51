/** What a server may be told, and what a running one offers. */
import type { CheckOptions } from '../check/index.ts';
import type { Secret } from '../support/secret.ts';
import type { EventSink } from '../support/progress/events.ts';
import type { ApiToken } from './auth.ts';
import type { Fault } from './faults.ts';
import type { TrustedPublishing, TrustFile } from './oidc/index.ts';
import type { Seed } from './seed.ts';
import type { IndexState } from './state.ts';
import type { Exchange } from './transcript.ts';
import type { UploadAttempt } from './upload/attempt.ts';

export interface ServerOptions {
  /** Where everything is kept; undefined for a temporary folder that is gone when the server is closed. */
  readonly root?: string;
  /** 0, the default, for any that is free. */
  readonly port?: number;
  /** Default `127.0.0.1`: nobody else can reach it. */
  readonly host?: string;
  /** Names besides those of this machine by which the server may be called. */
  readonly allowedHosts?: readonly string[];
  /** Default `pypi`. `none` takes whatever can be stored. */
  readonly rules?: 'pypi' | 'none';
  /** Tokens that upload. Default: a new one for everything. */
  readonly tokens?: readonly ApiToken[];
  /** Changes clock, faults and contents. Default: a new one. */
  readonly adminToken?: Secret;
  /** The time it really is. Default the system's. */
  readonly clock?: () => Date;
  /** The time it is to be at the start. */
  readonly startTime?: Date;
  readonly faults?: readonly Fault[];
  /** Contents that are there from the start. */
  readonly seed?: Seed;
  /** Another index that answers for these names, which take no uploads here. Default none. */
  readonly upstream?: { readonly url: string; readonly names: readonly string[] };
  readonly trust?: TrustFile;
  /** Bytes, for projects without limits of their own. Default PyPI's: 100 MiB and 10 GiB. */
  readonly fileLimit?: number;
  readonly totalLimit?: number;
  /** Uploads at once; further ones are answered 503. Default 128. */
  readonly concurrentUploads?: number;
  /** Milliseconds that a connection may be silent. Default 60,000. */
  readonly idleTimeout?: number;
  readonly isReadOnly?: boolean;
  readonly isRegistrationOff?: boolean;
  /** For checks of files: Pythons that may have docutils, jobs. */
  readonly check?: CheckOptions;
  readonly events?: EventSink;
  /** Told of every request once it is answered. */
  readonly transcript?: (exchange: Exchange) => void;
}

export interface RunningServer {
  /** `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  /** The folder with everything. */
  readonly root: string;
  /** Tokens that upload; the first is for all projects when none were given. */
  readonly tokens: readonly ApiToken[];
  readonly adminToken: Secret;
  readonly state: IndexState;
  /** Made when it is first asked for. */
  trustedPublishing(): Promise<TrustedPublishing>;
  /** The last uploads, newest first. */
  uploads(): readonly UploadAttempt[];
  setClock(time: Date | undefined): void;
  setFaults(faults: readonly Fault[]): void;
  yank(filename: string, yanked: boolean | string): Promise<void>;
  /** The name is burnt from then on. */
  deleteFile(filename: string): Promise<void>;
  snapshot(name: string): Promise<void>;
  restore(name: string): Promise<void>;
  reset(): Promise<void>;
  /** Takes no new requests, waits for uploads that are under way, and ends. */
  close(): Promise<void>;
}
