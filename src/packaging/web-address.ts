/** RFC 3986 appendix B: scheme, authority, path and query; a fragment is free. */
const URI = /^([^:/?#]+):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/s;
const LARGEST_PORT = 65_535;

/**
 * Whether PyPI takes an address in metadata. Rule: warehouse `utils/http.py`, 6b6215712 (2026-08), whose parser escapes what RFC
 * 3986 does not allow, but for brackets behind the authority. That is far less than a browser asks: `https:x` passes.
 */
export function isUploadableUrl(text: string): boolean {
  const [match, scheme = '', authority = '', path = '', query = ''] = URI.exec(text) ?? [];
  if (match === undefined || !/^https?$/i.test(scheme)) return false;
  return !/[[\]]/.test(path + query) && portOf(authority) <= LARGEST_PORT;
}

function portOf(authority: string): number {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return Number(/^(?:\[[^\]]*\]|[^:[]*):(\d+)$/.exec(host)?.[1] ?? 0);
}

/** Whether an address can be followed in a browser. */
export function isWebAddress(text: string): boolean {
  // URL.parse drops blanks and line breaks, which a link on a page would keep.
  return /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
}
