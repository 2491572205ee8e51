/** What a repaired wheel says of the libraries it took in: the bill of materials, and licences where they were asked for. */
import { readFile } from 'node:fs/promises';
import { addHeader, metadataView, type MetadataDocument } from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';
import { readDistInfoFile, type WheelDraft, type WheelEdit } from '../wheel/index.ts';
import type { Application } from './application.ts';
import type { ShippedFile } from './materialize.ts';
import { SBOM_NAME, copyLicenses, repairSbom } from './sbom/index.ts';

/** What has to be added to the wheel for it. */
export interface Bill {
  readonly edits: readonly WheelEdit[];
  readonly findings: readonly Finding[];
}

/** @throws WheelworksError `zip/*` when the wheel's own bill cannot be read. */
export async function describeGrafts(
  { wheel, plan, session, options }: Application,
  draft: WheelDraft,
  shipped: ReadonlyMap<string, ShippedFile>,
): Promise<Bill> {
  if (plan.grafted.length === 0) return { edits: [], findings: [] };
  const edits: WheelEdit[] = [];
  const findings: Finding[] = [];
  const put = (path: string, bytes: Uint8Array): void => {
    const isThere = wheel.archive.get(path) !== undefined;
    edits.push(isThere ? { kind: 'replace', path, bytes } : { kind: 'add', path, bytes });
  };
  if (options.sbom ?? true) {
    const bill = repairSbom({
      project: { name: wheel.filename.name, version: wheel.filename.versionText },
      grafted: plan.grafted,
      shipped: new Map([...shipped].map(([path, { sha256 }]) => [path, sha256])),
      existing: await readDistInfoFile(wheel, `sboms/${SBOM_NAME}`),
      toolVersion: session.toolVersion,
      ...(options.modified === undefined ? {} : { modified: options.modified }),
    });
    findings.push(...bill.findings);
    for (const { name, bytes } of bill.files) put(`${wheel.distInfo}/sboms/${name}`, bytes);
  }
  if (options.licenses === true) {
    const copies = await copyLicenses(plan.grafted, { folder: plan.libraryFolder, read: readFile });
    findings.push(...copies.findings);
    for (const { path, bytes } of copies.files) put(`${wheel.distInfo}/licenses/${path}`, bytes);
    const metadata = withLicenseFiles(
      draft.metadata,
      copies.files.map(({ path }) => path),
    );
    if (metadata !== draft.metadata) edits.push({ kind: 'metadata', metadata });
  }
  return { edits, findings };
}

/** Before 2.4 METADATA has no word for licence files. */
function withLicenseFiles(metadata: MetadataDocument, paths: readonly string[]): MetadataDocument {
  const { metadataVersion, licenseFiles } = metadataView(metadata);
  const [major = 0, minor = 0] = (metadataVersion ?? '').split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 4)) return metadata;
  const known = new Set(licenseFiles);
  return paths
    .filter((path) => !known.has(path))
    .reduce((document, path) => addHeader(document, 'License-File', path), metadata);
}
