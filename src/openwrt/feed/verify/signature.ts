/** Whether an index is signed by somebody who is trusted. */
import { join } from 'node:path';
import { apkKeyId, keyIdOf } from '../../../archive/apk/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import type { Finding } from '../../../support/finding.ts';
import { isSignedBy, verifyUsign } from '../../signing/index.ts';
import { existingFile } from '../existing.ts';
import type { TrustedKeys } from '../keys.ts';
import { feedFinding } from './finding.ts';
import type { ReadIndex } from './listed.ts';

/** What is known of a signature. */
export type SignatureState = 'good' | 'bad' | 'unknown-key' | 'unchecked' | 'absent';

export interface SignatureReport {
  readonly state: SignatureState;
  readonly findings: readonly Finding[];
}

/**
 * Looks at the signature of an index.
 * @param keys public keys; without any a signature is only said to be there
 * @throws WheelworksError `file/*`.
 */
export async function checkSignature(
  index: ReadIndex,
  directory: string,
  keys: TrustedKeys,
): Promise<SignatureReport> {
  const path = join(directory, index.manager === 'opkg' ? 'Packages.sig' : 'packages.adb');
  const state =
    index.manager === 'opkg' ? await stateOfList(index.text, path, keys) : stateOfApk(index, keys);
  return { state, findings: FINDINGS[state](path) };
}

async function stateOfList(
  text: Buffer,
  path: string,
  { usign }: TrustedKeys,
): Promise<SignatureState> {
  const signature = (await existingFile(path))?.toString('utf8');
  if (signature === undefined) return 'absent';
  try {
    const { verdict } = verifyUsign(text, { signature, path }, usign);
    return verdict === 'unknown-key' && usign.length === 0 ? 'unchecked' : verdict;
  } catch (error) {
    if (error instanceof WheelworksError) return 'bad';
    throw error;
  }
}

function stateOfApk(
  { index }: Extract<ReadIndex, { manager: 'apk' }>,
  { apk }: TrustedKeys,
): SignatureState {
  const { payload, signatures } = index;
  if (signatures.length === 0) return 'absent';
  if (apk.length === 0) return 'unchecked';
  if (isSignedBy({ schema: 'index', payload, signatures }, apk)) return 'good';
  const ids = new Set(apk.map((key) => apkKeyId(key).toString('hex')));
  const isKnown = signatures.some((block) => ids.has(keyIdOf(block)?.toString('hex') ?? ''));
  return isKnown ? 'bad' : 'unknown-key';
}

const FINDINGS: Readonly<Record<SignatureState, (path: string) => readonly Finding[]>> = {
  good: () => [],
  absent: (path) => [
    feedFinding('feed/not-signed', 'The index has no signature.', {
      severity: 'warning',
      path,
      hint: 'Devices take it only when told to trust everybody. Sign it: wheelworks openwrt feed build DIR --key KEY.',
    }),
  ],
  unchecked: (path) => [
    feedFinding('feed/signature-unchecked', 'The index is signed; by whom was not looked at.', {
      severity: 'info',
      path,
      hint: 'Give the public key with --key.',
    }),
  ],
  bad: (path) => [
    feedFinding('feed/bad-signature', 'The signature is not one of this index.', {
      path,
      hint: 'The index was changed after it was signed, or signed with another key of that name. Sign it again.',
    }),
  ],
  'unknown-key': (path) => [
    feedFinding('feed/unknown-key', 'The index is signed with a key that was not given.', { path }),
  ],
};
