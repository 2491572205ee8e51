export { copyLicenses, type LicenseCopies } from './licenses.ts';
export { SBOM_NAME, repairSbom, type SbomFile } from './sbom.ts';
