/** What feeds are signed with: usign for opkg, elliptic keys for apk. */
export {
  apkSigner,
  generateApkKey,
  isSignedBy,
  readApkPublicKey,
  readApkSigningKey,
  type ApkSigningKey,
} from './apk-key.ts';
export {
  generateUsignKey,
  parseUsignPublicKey,
  parseUsignSecretKey,
  signUsign,
  usignPublicKeyFile,
  verifyUsign,
  type UsignPublicKey,
  type UsignSecretKey,
  type UsignVerdict,
} from './usign.ts';
