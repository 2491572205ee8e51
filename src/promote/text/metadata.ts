/** METADATA and PKG-INFO with the new versions. */
import {
  parseMetadata,
  printMetadata,
  replaceHeaderValue,
  setHeader,
  headerValues,
  type MetadataDocument,
} from '../../packaging/index.ts';
import type { VersionChange, VersionChanges } from '../version-change.ts';
import { rewriteRequirement, type RewrittenRequirement } from './requirement-pins.ts';

/** Metadata before and after, and what became of each requirement on a member of the set. */
export interface PromotedMetadata {
  readonly document: MetadataDocument;
  readonly requirements: readonly RewrittenRequirement[];
}

/** `Version` and the pins on members; every other byte stays, the description too. */
export function promoteMetadata(
  document: MetadataDocument,
  own: VersionChange,
  changes: VersionChanges,
): PromotedMetadata {
  const requirements: RewrittenRequirement[] = [];
  let promoted = setHeader(document, 'Version', own.toText);
  for (const value of new Set(headerValues(document, 'Requires-Dist'))) {
    const rewritten = rewriteRequirement(value, changes);
    if (rewritten.outcome === 'untouched') continue;
    requirements.push(rewritten);
    if (rewritten.after === value) continue;
    promoted = replaceHeaderValue(promoted, { name: 'Requires-Dist', value }, rewritten.after);
  }
  return { document: promoted, requirements };
}

/** The same for the bytes of a file. */
export function promoteMetadataBytes(
  bytes: Uint8Array,
  own: VersionChange,
  changes: VersionChanges,
): { readonly bytes: Uint8Array; readonly requirements: readonly RewrittenRequirement[] } {
  const { document, requirements } = promoteMetadata(parseMetadata(bytes), own, changes);
  return { bytes: printMetadata(document), requirements };
}
