/** The licence of a package: SPDX identifiers, as the feed lists them; never a guess. */
import { findLicense, parseLicenseExpression, type MetadataView } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import table from './data/licenses.json' with { type: 'json' };

export interface DerivedLicense {
  /** Empty when nothing says it. */
  readonly licenses: readonly string[];
  /** What says so: `License-Expression: MIT`. */
  readonly evidence?: string;
  /** What a maintainer has to look at. */
  readonly todo?: string;
}

const CLASSIFIERS: ReadonlyMap<string, string | null> = new Map(Object.entries(table.classifiers));
const FAMILIES: ReadonlyMap<string, string> = new Map(Object.entries(table.families));
const PREFIX = /^License :: (?:OSI Approved :: )?/;

/**
 * Derives the licence: from License-Expression, else from classifiers that name one licence, else from a License field
 * that is an SPDX identifier, else from the text of a licence file.
 * @param texts of the files that hold licences: at the top of an sdist, in the `.dist-info` of a wheel
 */
export function deriveLicense(
  metadata: MetadataView,
  texts: ReadonlyMap<string, string>,
): DerivedLicense {
  return (
    fromExpression(metadata.licenseExpression, 'License-Expression') ??
    fromClassifiers(metadata.classifiers, texts) ??
    fromExpression(metadata.license, 'License') ??
    fromTexts(texts) ?? {
      licenses: [],
      todo: 'PKG_LICENSE: neither the metadata nor a file at the top of the sdist names a licence that is known',
    }
  );
}

function fromExpression(text: string | undefined, field: string): DerivedLicense | undefined {
  if (text === undefined || text.length > 200) return undefined;
  try {
    const { text: normal, licenses, exceptions } = parseLicenseExpression(text);
    const todo =
      / OR /.test(normal) || exceptions.length > 0
        ? `PKG_LICENSE: a list of identifiers cannot say "${normal}"; keep what the package is taken under`
        : undefined;
    return {
      licenses,
      evidence: `${field}: ${normal}`,
      ...(todo === undefined ? {} : { todo }),
    };
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

function fromClassifiers(
  classifiers: readonly string[],
  texts: ReadonlyMap<string, string>,
): DerivedLicense | undefined {
  const names = classifiers
    .filter((each) => PREFIX.test(each))
    .map((each) => each.replace(PREFIX, ''));
  if (names.length === 0) return undefined;
  const known = names.flatMap((name) => CLASSIFIERS.get(name) ?? []);
  const open = names.filter((name) => (CLASSIFIERS.get(name) ?? undefined) === undefined);
  const evidence = `classifiers: ${names.join(', ')}`;
  if (open.length === 0) return { licenses: sorted(known), evidence };
  const told = fromTexts(texts);
  if (told === undefined) return undefined;
  const untold = open.filter((name) => {
    const family = FAMILIES.get(name);
    return family !== undefined && !told.licenses.some((each) => each.startsWith(family));
  });
  return {
    licenses: sorted([...known, ...told.licenses]),
    evidence: `${told.evidence ?? ''}; ${evidence}`,
    ...(untold.length === 0
      ? {}
      : {
          todo: `PKG_LICENSE: no file at the top of the sdist tells which licence "${untold.join('", "')}" means`,
        }),
  };
}

function fromTexts(texts: ReadonlyMap<string, string>): DerivedLicense | undefined {
  const found = [...texts].flatMap(([path, text]) => {
    const flat = text.toLowerCase().replace(/\s+/g, ' ');
    return table.texts
      .filter(
        ({ all, none }) =>
          all.every((phrase) => flat.includes(phrase)) &&
          !(none ?? []).some((phrase) => flat.includes(phrase)),
      )
      .filter(({ license }) => findLicense(license) !== undefined)
      .map(({ license }) => ({ path, license }));
  });
  if (found.length === 0) return undefined;
  return {
    licenses: sorted(found.map(({ license }) => license)),
    evidence: `the text of ${[...new Set(found.map(({ path }) => path))].join(', ')}`,
  };
}

function sorted(licenses: readonly string[]): string[] {
  return [...new Set(licenses)].sort();
}
