/** Uploads of releases: planned whole, checked before the first byte, sent in a safe order, gone on with after any end. */
export type { Attest } from './attestations.ts';
export { attestFile, isAttestationName, SIGSTORE_AUDIENCE } from './attest/index.ts';
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
export { openReceipt, readReceipt, receiptPath, type ReceiptDocument } from './receipt.ts';
export { trustedCredentials } from './trusted-credentials.ts';
export { ambientService, serviceIdentity } from './trusted/index.ts';
export { runPublish, type FileReport, type PublishReport, type RunPublishOptions } from './run.ts';
