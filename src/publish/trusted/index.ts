/** Trusted publishing on the side of the one who uploads: the identity of a CI service instead of a stored token. */
export { ambientIdentity, ambientService, serviceIdentity } from './ambient.ts';
export { trustedCredentials, unaskedCredentials } from './credentials.ts';
export { findEndpoints, type MintEndpoints } from './endpoints.ts';
export { askAudience, mintToken, type MintRequest } from './mint.ts';
export type { AmbientIdentity, AmbientOptions, CiService, MintedToken } from './model.ts';
export { ciService, githubMaskLine } from './services.ts';
export { createTokenSource, type TokenSource, type TokenSourceOptions } from './token-source.ts';
export { trustedSource, type TrustedSource, type TrustedSourceOptions } from './trusted-source.ts';
