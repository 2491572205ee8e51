/**
 * The link to a file, as installers read it.
 *
 * Specification: Simple repository API, "HTML-based", version 1.4, where it is frozen (PEP 503, 592, 658, 714, 740, 833).
 */
import type { SimpleFile } from '../../packaging/index.ts';
import { markup, type Html } from '../../pages/index.ts';

/**
 * Its attributes are all that installers get from the page. `data-yanked` always has a value: pip takes a bare one for a
 * file that is not yanked.
 */
export function fileAnchor(file: SimpleFile): Html {
  const { requiresPython, coreMetadata, yanked, provenance, gpgSignature } = file;
  const metadata =
    coreMetadata === undefined ? undefined : (fragmentOf(metadataHashes(coreMetadata)) ?? 'true');
  // pip before 23.1 looks for the second name of the metadata's digest alone (PEP 714).
  return markup`<a href="${hrefOf(file)}"${[
    requiresPython !== undefined && markup` data-requires-python="${requiresPython}"`,
    metadata !== undefined &&
      markup` data-core-metadata="${metadata}" data-dist-info-metadata="${metadata}"`,
    yanked !== undefined && markup` data-yanked="${yanked === true ? '' : yanked}"`,
    provenance !== undefined && markup` data-provenance="${provenance}"`,
    gpgSignature !== undefined && markup` data-gpg-sig="${String(gpgSignature)}"`,
  ]}>${file.filename}</a>`;
}

function metadataHashes(
  coreMetadata: NonNullable<SimpleFile['coreMetadata']>,
): SimpleFile['hashes'] {
  return coreMetadata === true ? {} : coreMetadata;
}

function hrefOf({ url, hashes }: SimpleFile): string {
  const fragment = fragmentOf(hashes);
  return fragment === undefined ? url : `${url}#${fragment}`;
}

/** What every installer knows; uv refuses the whole page for any other algorithm. */
const ALGORITHMS = ['sha256', 'sha512', 'sha384', 'md5'];

function fragmentOf(hashes: SimpleFile['hashes']): string | undefined {
  const name = ALGORITHMS.find((each) => hashes[each] !== undefined);
  return name === undefined ? undefined : `${name}=${hashes[name]}`;
}
