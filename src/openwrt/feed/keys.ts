import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { WheelworksError, fileError } from '../../support/errors.ts';
import {
  parseUsignPublicKey,
  parseUsignSecretKey,
  readApkPublicKey,
  readApkSigningKey,
  type ApkSigningKey,
  type UsignPublicKey,
  type UsignSecretKey,
} from '../signing/index.ts';
import type { PackageManager } from '../targets/index.ts';

/** Keys to sign with, one for each manager. */
export interface FeedKeys {
  readonly usignKey?: UsignSecretKey;
  readonly apkKey?: ApkSigningKey;
}

/**
 * Reads secret keys, at most one of each kind.
 * @throws WheelworksError `openwrt/bad-key`, `feed/two-keys`, `file/*`.
 */
export async function readFeedKeys(paths: readonly string[]): Promise<FeedKeys> {
  let keys: FeedKeys = {};
  for (const path of paths) {
    const text = await textOf(path);
    const kind = isPem(text) ? 'apkKey' : 'usignKey';
    if (keys[kind] !== undefined) throw twoKeys(path, kind === 'apkKey' ? 'apk' : 'opkg');
    keys = isPem(text)
      ? { ...keys, apkKey: await readApkSigningKey(path) }
      : { ...keys, usignKey: parseUsignSecretKey(text, path) };
  }
  return keys;
}

function twoKeys(path: string, manager: PackageManager): WheelworksError {
  return new WheelworksError('feed/two-keys', `${path} is a second key for ${manager}.`, {
    path,
    hint: 'An index has one signature. Give --key once for each manager.',
  });
}

/** Keys to verify with. */
export interface TrustedKeys {
  readonly usign: readonly UsignPublicKey[];
  readonly apk: readonly KeyObject[];
}

/**
 * Reads public keys of either kind.
 * @throws WheelworksError `openwrt/bad-key`, `file/*`.
 */
export async function readTrustedKeys(paths: readonly string[]): Promise<TrustedKeys> {
  const usign: UsignPublicKey[] = [];
  const apk: KeyObject[] = [];
  for (const path of paths) {
    const text = await textOf(path);
    if (isPem(text)) apk.push(await readApkPublicKey(path));
    else usign.push(parseUsignPublicKey(text, path));
  }
  return { usign, apk };
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path);
  }
}
