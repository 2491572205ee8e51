import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apkKeyId, signatureBlock, verifySignatureBlock } from '../../../src/archive/apk/index.ts';
import { signDeterministic } from '../../../src/openwrt/signing/ecdsa.ts';
import {
  apkSigner,
  generateApkKey,
  generateUsignKey,
  isSignedBy,
  parseUsignPublicKey,
  parseUsignSecretKey,
  readApkPublicKey,
  readApkSigningKey,
  signUsign,
  usignPublicKeyFile,
  verifyUsign,
} from '../../../src/openwrt/signing/index.ts';
import { scratch } from '../../support/scratch.ts';

const MESSAGE = Buffer.from('Package: a\nVersion: 1\n');

describe('usign', () => {
  it('reads the number of a public key of OpenWrt', () => {
    const text = 'untrusted comment: x\nRWSCis/8ObwG/uJ0iKcunDmx3PZEccS6WEdDIvqsgifjVw3/Cht5yokf\n';
    expect(parseUsignPublicKey(text, 'key.pub').number).toBe('828acffc39bc06fe');
  });

  it('verifies what it signs, and nothing else', () => {
    const key = generateUsignKey();
    const secret = parseUsignSecretKey(key.secret, 'key.sec');
    const known = parseUsignPublicKey(key.public, 'key.pub');
    expect(secret.number).toBe(key.number);
    expect(usignPublicKeyFile(secret)).toBe(key.public);
    const signature = signUsign(MESSAGE, secret);
    expect(signUsign(MESSAGE, secret)).toBe(signature);
    const verdict = (message: Uint8Array, keys = [known]): unknown =>
      verifyUsign(message, { signature, path: 'Packages.sig' }, keys);
    expect(verdict(MESSAGE)).toEqual({ number: key.number, verdict: 'good' });
    expect(verdict(Buffer.from('Package: b\n'))).toEqual({ number: key.number, verdict: 'bad' });
    const other = parseUsignPublicKey(generateUsignKey().public, 'other.pub');
    expect(verdict(MESSAGE, [other])).toEqual({ number: key.number, verdict: 'unknown-key' });
    // A key that takes the number of another.
    expect(verdict(MESSAGE, [{ ...other, number: key.number }])).toMatchObject({ verdict: 'bad' });
  });

  const { secret, public: publicKey } = generateUsignKey();
  const [comment = '', encoded = ''] = secret.split('\n');
  const changed = (change: (bytes: Buffer) => void): string => {
    const bytes = Buffer.from(encoded, 'base64');
    change(bytes);
    return `${comment}\n${bytes.toString('base64')}\n`;
  };

  it.each([
    ['with a passphrase', changed((bytes) => bytes.writeUInt32BE(42, 4))],
    ['of another algorithm', changed((bytes) => bytes.write('Rs', 0))],
    ['encrypted otherwise', changed((bytes) => bytes.write('XX', 2))],
    ['that is damaged', changed((bytes) => bytes.writeUInt8((bytes[60] ?? 0) ^ 1, 60))],
    ['that is cut short', `${comment}\n${encoded.slice(0, 60)}\n`],
    ['without its comment', `${encoded}\n`],
    ['that is public', publicKey],
    ['that is empty', ''],
  ])('refuses a secret key %s', (_, text) => {
    expect(() => parseUsignSecretKey(text, 'key.sec')).toThrow(
      expect.objectContaining({ code: 'openwrt/bad-key', path: 'key.sec' }),
    );
  });

  it('says so when the public key is given for the secret one, of either manager', async () => {
    const said = (path: string) => ({
      code: 'openwrt/bad-key',
      message: `${path} is a public key.`,
    });
    expect(() => parseUsignSecretKey(publicKey, 'key.pub')).toThrow(
      expect.objectContaining(said('key.pub')),
    );
    const path = join(await scratch(), 'key.pub.pem');
    await writeFile(path, generateApkKey().public);
    await expect(readApkSigningKey(path)).rejects.toMatchObject(said(path));
  });

  it('says so when the secret key is given for the public one', () => {
    expect(() => parseUsignPublicKey(`${comment}\n${encoded}\n`, 'key.sec')).toThrow(
      expect.objectContaining({
        code: 'openwrt/bad-key',
        message: 'key.sec is a secret key.',
      }),
    );
  });

  it('refuses what is no signature', () => {
    expect(() => verifyUsign(MESSAGE, { signature: secret, path: 'Packages.sig' }, [])).toThrow(
      expect.objectContaining({ code: 'openwrt/bad-signature' }),
    );
  });
});

describe('deterministic ECDSA', () => {
  /** RFC 6979, A.2.5: the key, and the signatures with SHA-512. */
  const key = {
    kty: 'EC',
    crv: 'P-256',
    d: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
    x: '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6',
    y: '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
  };
  const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
  const jwk = { ...key, d: base64url(key.d), x: base64url(key.x), y: base64url(key.y) };

  it.each([
    [
      'sample',
      '8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00',
      '2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE',
    ],
    [
      'test',
      '461D93F31B6540894788FD206C07CFA0CC35F46FA3C91816FFF1040AD1581A04',
      '39AF9F15DE0DB8D97E72719C74820D304CE5226E32DEDAE67519E840D1194E55',
    ],
  ])('signs %j as RFC 6979 does', async (message, r, s) => {
    const { createPrivateKey } = await import('node:crypto');
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const signature = Buffer.from(signDeterministic(Buffer.from(message), privateKey));
    const raw = signature.toString('hex').toUpperCase();
    expect(raw).toContain(r);
    expect(raw).toContain(s);
    expect(verify('sha512', Buffer.from(message), createPublicKey(privateKey), signature)).toBe(
      true,
    );
  });

  it('makes signatures that OpenSSL takes, for any key and message', () => {
    for (let round = 0; round < 40; round += 1) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const message = createHash('sha256').update(String(round)).digest();
      expect(verify('sha512', message, publicKey, signDeterministic(message, privateKey))).toBe(
        true,
      );
    }
  });
});

describe('signatures of apk', () => {
  const payload = Buffer.from('\0\0\0\0\0\0\0\0');

  it('are made with a key from a file and verified with its public half', async () => {
    const directory = await scratch();
    const [path, publicPath] = [join(directory, 'key.pem'), join(directory, 'key.pub.pem')];
    const pair = generateApkKey();
    await writeFile(path, pair.secret);
    await writeFile(publicPath, pair.public);
    const key = await readApkSigningKey(path);
    const known = await readApkPublicKey(publicPath);
    const block = apkSigner('index', key)(payload);
    const file = { schema: 'index', payload, signatures: [block] } as const;
    expect(isSignedBy(file, [known])).toBe(true);
    expect(isSignedBy(file, [await readApkPublicKey(path)])).toBe(true);
    expect(isSignedBy({ ...file, schema: 'package' }, [known])).toBe(false);
    expect(isSignedBy({ ...file, payload: Buffer.from('other') }, [known])).toBe(false);
    expect(isSignedBy(file, [createPublicKey(generateApkKey().public)])).toBe(false);
    expect(await readFile(path, 'utf8')).toContain('EC PRIVATE KEY');
  });

  it('by RSA keys are verified', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signing = { schema: 'index', payload, publicKey } as const;
    const block = signatureBlock(signing, (message) => sign('sha512', message, privateKey));
    expect(verifySignatureBlock(block, signing)).toBe(true);
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' });
    expect(apkKeyId(publicKey)).toEqual(
      createHash('sha512').update(pkcs1).digest().subarray(0, 16),
    );
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['without a signature', Buffer.alloc(18)],
    ['of another version', Buffer.alloc(90, 1)],
  ])('that are %s are none', (_, block) => {
    const publicKey = createPublicKey(generateApkKey().public);
    expect(verifySignatureBlock(block, { schema: 'index', payload, publicKey })).toBe(false);
  });

  it('that are no DER are none', () => {
    const publicKey = createPublicKey(generateApkKey().public);
    const signing = { schema: 'index', payload, publicKey } as const;
    const block = signatureBlock(signing, () => Buffer.from('rubbish'));
    expect(verifySignatureBlock(block, signing)).toBe(false);
  });

  it.each([
    ['of another curve', generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
    ['of Ed25519', generateKeyPairSync('ed25519')],
  ])('are not made with a key %s', async (_, { privateKey }) => {
    const path = join(await scratch(), 'key.pem');
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(readApkSigningKey(path)).rejects.toMatchObject({ code: 'openwrt/bad-key', path });
    await expect(readApkPublicKey(path)).rejects.toMatchObject({ code: 'openwrt/bad-key', path });
  });
});
