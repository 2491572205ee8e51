import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  verify,
  X509Certificate,
} from 'node:crypto';
import { issueCertificate, logBody } from '../../support/fake-sigstore.ts';
import { serveReplies, type Received, type Reply } from '../../support/http-server.ts';

export interface FakeSigstore {
  readonly fulcioUrl: string;
  readonly rekorUrl: string;
  readonly requests: readonly Received[];
}

/** How the services misbehave. */
export interface Misbehaviour {
  readonly fulcio?: Reply;
  readonly rekor?: Reply;
  /** Certificates are of another key than the one that was asked for. */
  readonly otherKey?: boolean;
  /** Seconds by which the log's clock is wrong. */
  readonly logSkew?: number;
}

/** Fulcio and Rekor on loopback, as far as `@sigstore/sign` talks to them. */
export async function fakeSigstore(wrong: Misbehaviour = {}): Promise<FakeSigstore> {
  const requests: Received[] = [];
  const ca = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const now = Math.floor(Date.now() / 1000);
  const fulcioUrl = await serveReplies((request) => {
    requests.push(request);
    if (wrong.fulcio !== undefined) return wrong.fulcio;
    const { credentials, publicKeyRequest } = JSON.parse(request.body) as SigningRequest;
    const claims = claimsOf(credentials.oidcIdentityToken);
    const key = createPublicKey(publicKeyRequest.publicKey.content);
    const proof = Buffer.from(publicKeyRequest.proofOfPossession, 'base64');
    if (!verify('sha256', Buffer.from(claims.sub), key, proof))
      return { status: 400, body: { message: 'no proof of possession' } };
    const publicKey =
      wrong.otherKey === true
        ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey
        : key;
    const certificate = issueCertificate(
      { publicKey, from: now - 10, issuer: claims.iss },
      ca.privateKey,
    );
    const pem = new X509Certificate(certificate).toString();
    return {
      status: 201,
      body: { signedCertificateEmbeddedSct: { chain: { certificates: [pem] } } },
    };
  });
  const rekorUrl = await serveReplies((request) => {
    requests.push(request);
    if (wrong.rekor !== undefined) return wrong.rekor;
    const { spec } = JSON.parse(request.body) as LogRequest;
    const envelope = JSON.parse(spec.proposedContent.envelope) as LoggedEnvelope;
    const [verifier = ''] = spec.proposedContent.verifiers;
    const body = logBody(
      Buffer.from(envelope.payload, 'base64'),
      Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64'),
      new X509Certificate(Buffer.from(verifier, 'base64')).raw,
    );
    const hash = randomBytes(32).toString('hex');
    const proof = {
      logIndex: 7,
      treeSize: 8,
      rootHash: hash,
      hashes: [hash],
      checkpoint: 'signed',
    };
    return {
      status: 201,
      body: {
        [hash]: {
          body,
          integratedTime: now + (wrong.logSkew ?? 0),
          logID: hash,
          logIndex: 7,
          verification: { inclusionProof: proof, signedEntryTimestamp: 'AAAA' },
        },
      },
    };
  });
  return { fulcioUrl, rekorUrl, requests };
}

/** An identity token that nobody signed: the fakes do not look. */
export function fakeIdentity(): string {
  const claims = { iss: 'https://token.actions.githubusercontent.com', sub: 'repo:octo/demo' };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, 'c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0'].join('.');
}

interface SigningRequest {
  readonly credentials: { readonly oidcIdentityToken: string };
  readonly publicKeyRequest: {
    readonly publicKey: { readonly content: string };
    readonly proofOfPossession: string;
  };
}

interface LogRequest {
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
  };
}

interface LoggedEnvelope {
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

function claimsOf(token: string): { readonly iss: string; readonly sub: string } {
  const [, body = ''] = token.split('.');
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as { iss: string; sub: string };
}
