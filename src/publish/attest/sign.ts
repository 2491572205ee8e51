/** Publish attestations, signed with the identity of a CI service. */
import {
  ATTESTATION_PAYLOAD_TYPE,
  attestationFromBundle,
  publishStatement,
  requireAttestation,
  type Attestation,
  type AttestationReport,
  type AttestedFile,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Secret } from '../../support/secret.ts';
import { requireTrustworthy } from '../trusted/endpoints.ts';
import { bundleJson } from './bundle-json.ts';
import { loadSigstore, type Sigstore } from './sigstore.ts';

/** Whom identity tokens for Sigstore are made out to. */
export const SIGSTORE_AUDIENCE = 'sigstore';

export interface SignOptions {
  /** An identity token for {@link SIGSTORE_AUDIENCE}; asked for with each file, since they live but minutes. */
  readonly identity: () => Promise<Secret>;
  /** The certificate authority. Default: Sigstore's public one. */
  readonly fulcioUrl?: string;
  /** The transparency log. Default: Sigstore's public one, for all to see for ever. */
  readonly rekorUrl?: string;
  /** Milliseconds for each request. Default 30 seconds. */
  readonly timeoutMs?: number;
  /** Loads `@sigstore/sign`; another one in tests. */
  readonly load?: () => Promise<Sigstore>;
}

/** An attestation and what was proven of it after it was made. */
export interface MadeAttestation {
  readonly attestation: Attestation;
  readonly report: AttestationReport;
}

const TIMEOUT = 30_000;
const RETRIES = 2;

/**
 * Makes the publish attestation of a file, logs it, and judges it as an index would.
 * @throws WheelworksError `attestation/no-sigstore`, `attestation/not-made` with what Sigstore says, `trusted/insecure`,
 * `attestation/*` when what came back does not hold, and what `identity` throws.
 */
export async function attestFile(
  file: AttestedFile,
  options: SignOptions,
): Promise<MadeAttestation> {
  const sigstore = await (options.load ?? loadSigstore)();
  const identity = await options.identity();
  const builder = new sigstore.DSSEBundleBuilder(partsOf(sigstore, identity, options));
  const statement = Buffer.from(publishStatement({ name: file.filename, sha256: file.sha256 }));
  const artifact = { data: statement, type: ATTESTATION_PAYLOAD_TYPE };
  const bundle = await builder.create(artifact).catch((error: unknown) => {
    throw notMade(error, file);
  });
  const attestation = attestationFromBundle(bundleJson(bundle));
  return { attestation, report: requireAttestation(attestation, file) };
}

type BuilderParts = ConstructorParameters<Sigstore['DSSEBundleBuilder']>[0];

function partsOf(sigstore: Sigstore, identity: Secret, options: SignOptions): BuilderParts {
  const { fulcioUrl, rekorUrl, timeoutMs = TIMEOUT } = options;
  const request = { timeout: timeoutMs, retry: RETRIES };
  const signer = new sigstore.FulcioSigner({
    ...request,
    identityProvider: { getToken: () => Promise.resolve(identity.reveal()) },
    fulcioBaseURL: addressOf(fulcioUrl ?? sigstore.DEFAULT_FULCIO_URL),
  });
  const witness = new sigstore.RekorWitness({
    ...request,
    rekorBaseURL: addressOf(rekorUrl ?? sigstore.DEFAULT_REKOR_URL),
    entryType: 'dsse',
  });
  return { signer, witnesses: [witness] };
}

/** The identity goes there in the open: only to where nobody else reads. */
function addressOf(url: string): string {
  return requireTrustworthy(url).href.replace(/\/+$/, '');
}

/** Errors of Sigstore name the step in their code and the reason in their message and cause. */
function notMade(error: unknown, { filename }: AttestedFile): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  // Not as its cause: it may hold the identity token.
  return new WheelworksError('attestation/not-made', `${filename} could not be attested.`, {
    evidence: `${error.message}${cause}`,
    hint: 'Try again; a release can be published without attestations as well.',
  });
}
