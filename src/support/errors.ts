import { redactText } from './secret.ts';

/** `area/what-is-wrong`; stable, documented in docs/errors.md, and what scripts and tests match on. */
export type ErrorCode = `${string}/${string}`;

/** What an error carries besides its code and message; every text is redacted of secrets. */
export interface ErrorDetails {
  /** The one next step that cures it. */
  readonly hint?: string;
  /** The file, member (`wheel.whl!pkg/mod.so`) or folder it is about. */
  readonly path?: string;
  /** What was seen: an offset, a symbol, a header, a line of output. */
  readonly evidence?: string;
  readonly cause?: unknown;
}

/** The shape of an error in `--json` output. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly path?: string;
  readonly evidence?: string;
}

/**
 * A failure that the user can understand and act on: bad input, a broken environment, a refused request. Anything
 * else that is thrown is a bug in wheelworks.
 */
export class WheelworksError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly path: string | undefined;
  readonly evidence: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redactText(message), details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'WheelworksError';
    this.code = code;
    this.hint = optionalText(details.hint);
    this.path = optionalText(details.path);
    this.evidence = optionalText(details.evidence);
  }

  toJSON(): ErrorReport {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.evidence === undefined ? {} : { evidence: this.evidence }),
    };
  }
}

function optionalText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : redactText(text);
}

/** Adds the path an error is about, for callers that know it when the one that threw did not. */
export function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof WheelworksError) || error.path !== undefined) return error;
  return new WheelworksError(error.code, error.message, {
    path,
    cause: error.cause,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
  });
}

/** The code of a Node system error (`ENOENT`, `ENOSPC`), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return error.code;
  return undefined;
}

const SYSTEM_ERRORS: Readonly<Record<string, { code: ErrorCode; says: string; hint?: string }>> = {
  ENOENT: { code: 'file/not-found', says: 'does not exist' },
  ENOTDIR: { code: 'file/not-a-directory', says: 'is below something that is not a directory' },
  EISDIR: { code: 'file/is-a-directory', says: 'is a directory' },
  EACCES: { code: 'file/no-permission', says: 'may not be accessed by this user' },
  EPERM: { code: 'file/no-permission', says: 'may not be changed by this user' },
  EEXIST: { code: 'file/exists', says: 'exists already' },
  ELOOP: {
    code: 'file/link-loop',
    says: 'is a symbolic link that leads back to itself',
    hint: 'Remove the link, or make it point to a file.',
  },
  ENAMETOOLONG: { code: 'file/name-too-long', says: 'has too long a name for this file system' },
  EROFS: {
    code: 'file/read-only',
    says: 'is on a read-only file system',
    hint: 'Choose another place, or have the file system mounted for writing.',
  },
  ENOSPC: {
    code: 'file/disk-full',
    says: 'could not be written: the disk is full',
    hint: 'Free some space or choose another place; nothing was left half-written.',
  },
  EDQUOT: { code: 'file/disk-full', says: 'could not be written: the disk quota is used up' },
  EFBIG: {
    code: 'file/disk-full',
    says: 'could not be written: it is larger than this file system or this session allows',
  },
  EMFILE: { code: 'file/too-many-open', says: 'could not be opened: too many open files' },
  EIO: { code: 'file/io', says: 'could not be read or written: the device reported an error' },
};

/** Turns a Node system error about `path` into a WheelworksError; other values are returned as they are. */
export function fileError(error: unknown, path: string): unknown {
  const system = systemErrorCode(error);
  const known = system === undefined ? undefined : SYSTEM_ERRORS[system];
  if (known === undefined) return error;
  return new WheelworksError(known.code, `${path} ${known.says}.`, {
    path,
    cause: error,
    ...(known.hint === undefined ? {} : { hint: known.hint }),
  });
}
