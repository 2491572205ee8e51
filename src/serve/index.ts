/** A package index on this machine that takes uploads as PyPI does. */
export { newToken, type ApiToken } from './auth.ts';
export { formatFault, parseFault, type Fault } from './faults.ts';
export {
  readTrustFile,
  plausibleClaims,
  type TrustFile,
  type TrustedPublishing,
} from './oidc/index.ts';
export type { RunningServer, ServerOptions } from './options.ts';
export { parseSeed, type Seed } from './seed.ts';
export { startServer } from './server.ts';
export type { IndexState, StoredFile, StoredProject } from './state.ts';
export type { Exchange } from './transcript.ts';
export type { UploadAttempt } from './upload/attempt.ts';
