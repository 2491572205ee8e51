/** Trusted publishing on the side of the index: identity tokens in, API tokens out. */
export type { IdentityTokenOptions, SigningAlgorithm } from './local-issuer.ts';
export { TOKEN_LIFETIME, type MintedIdentity } from './minted-tokens.ts';
export type { TrustBook } from './mint.ts';
export * from './model.ts';
export { plausibleClaims, type Job } from './plausible-claims.ts';
export { provenancePublisher } from './provenance.ts';
export { readTrustFile, type TrustFile } from './trust-file.ts';
export {
  createTrustedPublishing,
  type TrustedPublishing,
  type TrustedPublishingOptions,
} from './trusted-publishing.ts';
export { openUsedTokens, rememberUsedTokens, type UsedTokens } from './used-tokens.ts';
