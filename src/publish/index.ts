/** Uploads of releases: planned whole, checked before the first byte, sent in a safe order, gone on with after any end. */
export { isAttestationName, SIGSTORE_AUDIENCE, type SignOptions } from './attest/index.ts';
export {
  findCredentials,
  TOKEN_USER,
  type Credentials,
  type CredentialSources,
} from './credentials.ts';
export { readVariables, type PublishVariables } from './config/environment.ts';
export { publishSettingsOf, type PublishSettings } from './config/project.ts';
export { readPypirc, type Pypirc } from './config/pypirc.ts';
export { resolveDestination, type Destination, type DestinationRequest } from './destination.ts';
export { describeRequest, type DescribedRequest } from './describe-request.ts';
export { askKeyring } from './keyring.ts';
export {
  planPublish,
  userAgent,
  type PlannedFile,
  type PlannedRank,
  type PublishPlan,
  type PublishRequest,
} from './plan.ts';
export { readPublishFile, type PublishFile } from './publish-file.ts';
export { rehearse, type RehearsalReport } from './rehearse.ts';
export type { InstallTrial } from './install-trial.ts';
export { openReceipt, readReceipt, receiptPath, type ReceiptDocument } from './receipt.ts';
export {
  ambientService,
  serviceIdentity,
  githubMaskLine,
  trustedCredentials,
  unaskedCredentials,
} from './trusted/index.ts';
export { runPublish, type FileReport, type PublishReport, type RunPublishOptions } from './run.ts';
