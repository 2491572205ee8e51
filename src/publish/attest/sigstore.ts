/** `@sigstore/sign`, which only those need who make attestations. */
import type * as sigstore from '@sigstore/sign';
import { WheelworksError, systemErrorCode } from '../../support/errors.ts';

/** What is used of it. */
export type Sigstore = typeof sigstore;

/**
 * Loads it.
 * @throws WheelworksError `attestation/no-sigstore` when it is not installed.
 */
export async function loadSigstore(): Promise<Sigstore> {
  try {
    return await import('@sigstore/sign');
  } catch (error) {
    if (systemErrorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new WheelworksError(
      'attestation/no-sigstore',
      'Attestations are made with @sigstore/sign, which is not installed.',
      {
        hint: 'Install it beside wheelworks: npm install @sigstore/sign@4; or publish without attestations.',
        cause: error,
      },
    );
  }
}
