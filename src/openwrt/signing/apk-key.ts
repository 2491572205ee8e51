/** Keys of apk: P-256 in PEM as OpenWrt has them in /etc/apk/keys; RSA keys are known, to verify with. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { signatureBlock, verifySignatureBlock, type ApkSchema } from '../../archive/apk/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { signDeterministic } from './ecdsa.ts';

/** The armour of a key in SubjectPublicKeyInfo, or of RSA alone. */
const PUBLIC = /-----BEGIN (?:RSA )?PUBLIC KEY-----/;

/** A key that feeds and packages are signed with. */
export interface ApkSigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * The private key in a file.
 * @throws WheelworksError `openwrt/bad-key` when it is none on P-256, `file/*`.
 */
export async function readApkSigningKey(path: string): Promise<ApkSigningKey> {
  const text = await textOf(path);
  if (PUBLIC.test(text) && !text.includes('PRIVATE KEY'))
    throw new WheelworksError('openwrt/bad-key', `${path} is a public key.`, {
      path,
      hint: 'Give the secret one, which lies beside it as a rule: NAME.pem for NAME.pub.pem.',
    });
  const privateKey = keyFrom(text, path, createPrivateKey);
  if (!isP256(privateKey))
    throw badKey(path, 'it is not an elliptic key on P-256 (prime256v1), as OpenWrt uses them');
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * The public key in a file, elliptic or RSA; that of a private key is taken from it.
 * @throws WheelworksError `openwrt/bad-key`, `file/*`.
 */
export async function readApkPublicKey(path: string): Promise<KeyObject> {
  const key = keyFrom(await textOf(path), path, createPublicKey);
  if (isP256(key) || key.asymmetricKeyType === 'rsa') return key;
  throw badKey(path, `it is of type ${key.asymmetricKeyType ?? 'unknown'}`);
}

/** A new key as two PEM files. */
export function generateApkKey(): { readonly secret: string; readonly public: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    secret: privateKey.export({ type: 'sec1', format: 'pem' }),
    public: publicKey.export({ type: 'spki', format: 'pem' }),
  } as { secret: string; public: string };
}

/** Makes the signature block of a database of this schema. */
export function apkSigner(
  schema: ApkSchema,
  { privateKey, publicKey }: ApkSigningKey,
): (payload: Uint8Array) => Uint8Array {
  return (payload) =>
    signatureBlock({ schema, payload, publicKey }, (message) =>
      signDeterministic(message, privateKey),
    );
}

/** Whether one of the signatures is by one of the keys. */
export function isSignedBy(
  file: {
    readonly schema: ApkSchema;
    readonly payload: Uint8Array;
    readonly signatures: readonly Uint8Array[];
  },
  keys: readonly KeyObject[],
): boolean {
  const { schema, payload, signatures } = file;
  return signatures.some((block) =>
    keys.some((publicKey) => verifySignatureBlock(block, { schema, payload, publicKey })),
  );
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function keyFrom(text: string, path: string, create: (text: string) => KeyObject): KeyObject {
  try {
    return create(text);
  } catch (error) {
    throw badKey(path, text.includes('ENCRYPTED') ? 'it is encrypted' : 'it cannot be read', error);
  }
}

function badKey(path: string, why: string, cause?: unknown): WheelworksError {
  return new WheelworksError('openwrt/bad-key', `${path} is no key that apk knows: ${why}.`, {
    path,
    hint: 'Make one with: wheelworks openwrt key generate --manager apk',
    ...(cause === undefined ? {} : { cause }),
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path);
  }
}
