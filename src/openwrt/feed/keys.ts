import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { fileError } from '../../support/errors.ts';
import {
  parseUsignPublicKey,
  parseUsignSecretKey,
  readApkPublicKey,
  readApkSigningKey,
  type ApkSigningKey,
  type UsignPublicKey,
  type UsignSecretKey,
} from '../signing/index.ts';

/** Keys to sign with, one for each manager. */
export interface FeedKeys {
  readonly usignKey?: UsignSecretKey;
  readonly apkKey?: ApkSigningKey;
}

/**
 * Reads secret keys of either kind; of two of one kind the last counts.
 * @throws WheelworksError `openwrt/bad-key`, `file/*`.
 */
export async function readFeedKeys(paths: readonly string[]): Promise<FeedKeys> {
  let keys: FeedKeys = {};
  for (const path of paths) {
    const text = await textOf(path);
    keys = isPem(text)
      ? { ...keys, apkKey: await readApkSigningKey(path) }
      : { ...keys, usignKey: parseUsignSecretKey(text, path) };
  }
  return keys;
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
