/** A package of a Linux distribution, as its package manager records it. */
export interface SystemPackage {
  readonly manager: 'dpkg' | 'rpm' | 'apk';
  readonly name: string;
  /** With epoch and revision, as the package manager prints it: `1:2.41-3`, `2.34-100.el9`. */
  readonly version: string;
  /** In the distribution's own words: `amd64`, `x86_64`, `noarch`. */
  readonly architecture: string;
  /** The source package, where it is recorded. */
  readonly source: { readonly name: string; readonly version: string } | undefined;
  /** Licences as the package states them; an SPDX expression only when `isSpdx`. */
  readonly license: { readonly text: string; readonly isSpdx: boolean } | undefined;
  /** Copyright and licence files that belong to the package, by where they are on this machine; sorted. */
  readonly licenseFiles: readonly string[];
  readonly homepage: string | undefined;
  /** `pkg:deb/debian/libcurl4@7.88.1-10?arch=amd64&distro=debian-12` (package-url specification). */
  readonly purl: string;
}
