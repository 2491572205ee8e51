/** Names of grafted libraries. */

/**
 * The name of a library with a digest in it: before the `.so` that ends the stem, where version numbers begin. A name
 * without any gets it at its end.
 *
 * `liblber-2.5.so.0` becomes `liblber-2.5-64f183c1.so.0`.
 */
export function graftedName(name: string, digest: string): string {
  const place = /\.so(?=$|\.)(?!.*\.so(?=$|\.))/.exec(name)?.index ?? name.length;
  return `${name.slice(0, place)}-${digest}${name.slice(place)}`;
}
