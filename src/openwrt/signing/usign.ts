/**
 * Keys and signatures of opkg: usign, which is signify of OpenBSD (signify(1)). Files have two lines: a comment, and base64
 * of `Ed`, the number of the key and the key or signature (RFC 8032). Secret keys are without a passphrase.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { ByteReader } from '../../support/byte-reader.ts';
import { WheelworksError } from '../../support/errors.ts';

/** A key that a list of packages is signed with. */
export interface UsignSecretKey {
  /** Eight bytes in hexadecimal: the name of the public key in /etc/opkg/keys. */
  readonly number: string;
  readonly privateKey: KeyObject;
}

export interface UsignPublicKey {
  readonly number: string;
  readonly publicKey: KeyObject;
}

const NUMBER_SIZE = 8;
const KEY_SIZE = 32;
const SIGNATURE_SIZE = 64;
/** Of a secret key behind its algorithm: kind of encryption, rounds, salt, checksum, number, key. */
const SECRET_SIZE = 2 + 4 + 16 + 8 + NUMBER_SIZE + 2 * KEY_SIZE;

/** Of a public key behind its algorithm: number, key. */
const PUBLIC_SIZE = NUMBER_SIZE + KEY_SIZE;

/** What stands before the bytes of a key in DER: PKCS #8 and SubjectPublicKeyInfo of Ed25519 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads a public key.
 * @param path names its file in errors
 * @throws WheelworksError `openwrt/bad-key`.
 */
export function parseUsignPublicKey(text: string, path: string): UsignPublicKey {
  const reader = openFile(text, path, 'openwrt/bad-key');
  if (reader.remaining === SECRET_SIZE)
    throw new WheelworksError('openwrt/bad-key', `${path} is a secret key.`, {
      path,
      hint: 'Give the public one, which lies beside it as a rule: NAME.pub for NAME.sec.',
    });
  const number = hex(reader.bytes(NUMBER_SIZE, 'the number of the key'));
  const key = reader.bytes(KEY_SIZE, 'the key');
  requireEnd(reader);
  return { number, publicKey: publicKeyOf(key) };
}

/**
 * Reads a secret key, of usign or of `signify -n`.
 * @throws WheelworksError `openwrt/bad-key`, also for one with a passphrase.
 */
export function parseUsignSecretKey(text: string, path: string): UsignSecretKey {
  const reader = openFile(text, path, 'openwrt/bad-key');
  if (reader.remaining === PUBLIC_SIZE)
    throw new WheelworksError('openwrt/bad-key', `${path} is a public key.`, {
      path,
      hint: 'Give the secret one, which lies beside it as a rule: NAME.sec for NAME.pub.',
    });
  if (ascii(reader.bytes(2, 'the kind of encryption')) !== 'BK')
    throw reader.error('The secret key is encrypted in a way nothing is known of');
  const rounds = reader.bytes(4, 'the rounds of the passphrase');
  if (rounds.some((byte) => byte !== 0))
    throw new WheelworksError('openwrt/bad-key', `${path} has a passphrase.`, {
      path,
      hint: 'Make a key without one: usign -G, signify -G -n, or wheelworks openwrt key generate.',
    });
  reader.skip(16, 'the salt');
  const checksum = reader.bytes(8, 'the checksum');
  const number = hex(reader.bytes(NUMBER_SIZE, 'the number of the key'));
  const secret = reader.bytes(2 * KEY_SIZE, 'the key');
  requireEnd(reader);
  if (!sha512(secret).subarray(0, 8).equals(checksum))
    throw reader.error('The secret key is damaged: its checksum is wrong');
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, secret.subarray(0, KEY_SIZE)]),
    format: 'der',
    type: 'pkcs8',
  });
  if (!rawPublic(createPublicKey(privateKey)).equals(secret.subarray(KEY_SIZE)))
    throw reader.error('The secret key is not the one of its own public half');
  return { number, privateKey };
}

/** A new key as the texts of two files. */
export function generateUsignKey(): {
  readonly secret: string;
  readonly public: string;
  readonly number: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const number = randomBytes(NUMBER_SIZE);
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const both = Buffer.concat([seed, rawPublic(publicKey)]);
  const secret = [
    Buffer.from('EdBK\0\0\0\0', 'latin1'),
    randomBytes(16),
    sha512(both).subarray(0, 8),
    number,
    both,
  ];
  return {
    secret: file(`private key ${hex(number)}`, secret),
    public: file(`public key ${hex(number)}`, [Buffer.from('Ed'), number, rawPublic(publicKey)]),
    number: hex(number),
  };
}

/** The text of the signature file of a message. */
export function signUsign(message: Uint8Array, { number, privateKey }: UsignSecretKey): string {
  return file(`signed by key ${number}`, [
    Buffer.from('Ed'),
    Buffer.from(number, 'hex'),
    sign(null, message, privateKey),
  ]);
}

/** The public key of a secret one, as the text of its file. */
export function usignPublicKeyFile({ number, privateKey }: UsignSecretKey): string {
  const key = rawPublic(createPublicKey(privateKey));
  return file(`public key ${number}`, [Buffer.from('Ed'), Buffer.from(number, 'hex'), key]);
}

/** What a signature says of a message. */
export interface UsignVerdict {
  /** The key it says it is made with. */
  readonly number: string;
  /** Whether it is by one of the keys; `unknown-key` when none of them has its number. */
  readonly verdict: 'good' | 'bad' | 'unknown-key';
}

/**
 * Verifies a signature file.
 * @throws WheelworksError `openwrt/bad-signature` for what is no signature file.
 */
export function verifyUsign(
  message: Uint8Array,
  { signature, path }: { readonly signature: string; readonly path: string },
  keys: readonly UsignPublicKey[],
): UsignVerdict {
  const reader = openFile(signature, path, 'openwrt/bad-signature');
  const number = hex(reader.bytes(NUMBER_SIZE, 'the number of the key'));
  const bytes = reader.bytes(SIGNATURE_SIZE, 'the signature');
  requireEnd(reader);
  const candidates = keys.filter((key) => key.number === number);
  if (candidates.length === 0) return { number, verdict: 'unknown-key' };
  const good = candidates.some(({ publicKey }) => verify(null, message, publicKey, bytes));
  return { number, verdict: good ? 'good' : 'bad' };
}

/** The bytes of a file behind its comment and the name of its algorithm. */
function openFile(
  text: string,
  path: string,
  code: 'openwrt/bad-key' | 'openwrt/bad-signature',
): ByteReader {
  const [, encoded] = /^untrusted comment:[^\n]*\r?\n([A-Za-z0-9+/]+={0,2})\s*$/.exec(text) ?? [];
  const reader = new ByteReader(Buffer.from(encoded ?? '', 'base64'), { code, path });
  if (encoded === undefined || ascii(reader.bytes(2, 'the algorithm')) !== 'Ed')
    throw new WheelworksError(code, `${path} is not a file of usign or signify.`, {
      path,
      hint: 'Such a file has two lines: "untrusted comment: ...", and base64 that begins with RW.',
    });
  return reader;
}

function requireEnd(reader: ByteReader): void {
  if (reader.remaining > 0) throw reader.error(`${reader.remaining} bytes follow`);
}

function file(comment: string, parts: readonly Uint8Array[]): string {
  return `untrusted comment: ${comment}\n${Buffer.concat(parts).toString('base64')}\n`;
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}

function sha512(bytes: Uint8Array): Buffer {
  return createHash('sha512').update(bytes).digest();
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
