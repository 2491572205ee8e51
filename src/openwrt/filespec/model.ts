/**
 * What a filespec says, line by line. The language is that of OpenWrt's python3-package-install.sh since August 2023, with
 * patterns that work in every part of a path; docs/openwrt.md compares it with the scripts.
 */

/** `+` copy, `-` take away, `=` set modes of a whole tree, `==` of one entry. */
export type FilespecOperator = '+' | '-' | '=' | '==';

export interface FilespecRule {
  /** From 1. */
  readonly line: number;
  /** The line as it stands, for messages. */
  readonly text: string;
  readonly operator: FilespecOperator;
  /** The parts of the path, which may be patterns; none for the root. */
  readonly parts: readonly string[];
  /** Set on regular files that the rule meets. */
  readonly fileMode?: number;
  /** Set on directories that the rule meets. */
  readonly directoryMode?: number;
}

/** A line that strict reading refuses and lenient reading passes over. */
export interface IgnoredLine {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export interface Filespec {
  /** Of the file, for messages. */
  readonly path: string;
  readonly rules: readonly FilespecRule[];
  readonly lenient: boolean;
  /** Empty unless lenient. */
  readonly ignored: readonly IgnoredLine[];
}
