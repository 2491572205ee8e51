/**
 * Judges the fields of metadata that people read: summary, description, addresses and links.
 *
 * Specification: Core metadata; the limits are those of PyPI's upload form (warehouse, 2026-08).
 */
import type { Finding } from '../support/finding.ts';
import { addressesIn, isEmailAddress, isSingleAddress } from './email-address.ts';
import { excerpt } from './excerpt.ts';
import { parseDescriptionContentType } from './metadata-content-type.ts';
import { METADATA_FIELDS } from './metadata-fields.ts';
import { advised, rejected, breaking } from './metadata-finding.ts';
import type { MetadataView } from './metadata-view.ts';
import { isUploadableUrl, isWebAddress } from './web-address.ts';

/** In characters. */
const LONGEST_SUMMARY = 512;
const LONGEST_LABEL = 32;

/** Findings about what people read. */
export function textFindings(view: MetadataView): readonly Finding[] {
  return [
    ...dynamicFindings(view.dynamic),
    ...summaryFindings(view.summary),
    ...contentTypeFindings(view.descriptionContentType),
    ...urlFindings('Home-page', view.homePage),
    ...urlFindings('Download-URL', view.downloadUrl),
    ...emailFindings('Author-email', view.authorEmail),
    ...emailFindings('Maintainer-email', view.maintainerEmail),
    ...projectUrlFindings(view),
    ...placeholderFindings(view),
  ];
}

/** PEP 643: name and version can never be decided later. */
const NEVER_DYNAMIC = new Set(['name', 'version', 'metadata-version']);

function dynamicFindings(dynamic: readonly string[]): Finding[] {
  return dynamic.flatMap((field) => {
    const name = field.toLowerCase();
    if (NEVER_DYNAMIC.has(name)) {
      return [rejected('metadata/dynamic-invalid', `${field} may not be dynamic.`)];
    }
    if (METADATA_FIELDS.has(name)) return [];
    return [
      rejected('metadata/dynamic-invalid', `Dynamic names ${excerpt(field)}, which is no field.`),
    ];
  });
}

/** What some reader takes for the end of a line. */
const LINE_BREAKS: ReadonlySet<string> = new Set('\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029');

function summaryFindings(summary: string | undefined): Finding[] {
  if (summary === undefined) return [];
  const characters = Array.from(summary);
  if (characters.some((character) => LINE_BREAKS.has(character))) {
    return [
      rejected(
        'metadata/summary-lines',
        'Summary is longer than one line.',
        'Move all but the first sentence to the description.',
      ),
    ];
  }
  if (characters.length <= LONGEST_SUMMARY) return [];
  return [
    rejected(
      'metadata/summary-long',
      `Summary has ${characters.length} characters; PyPI takes ${LONGEST_SUMMARY}.`,
    ),
  ];
}

function contentTypeFindings(contentType: string | undefined): Finding[] {
  if (contentType === undefined) return [];
  const parsed = parseDescriptionContentType(contentType);
  if (!('problem' in parsed)) return [];
  return [
    rejected(
      'metadata/content-type-invalid',
      `Description-Content-Type ${excerpt(contentType)} is not allowed: ${parsed.problem}.`,
    ),
  ];
}

/** `UNKNOWN` is what distutils wrote for a field without a value; a finding of its own tells about it. */
function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== UNKNOWN;
}

const UNKNOWN = 'UNKNOWN';

function urlFindings(field: string, url: string | undefined): Finding[] {
  return isGiven(url) ? linkFindings(`${field} ${excerpt(url)}`, url) : [];
}

function linkFindings(what: string, url: string): Finding[] {
  if (!isUploadableUrl(url))
    return [rejected('metadata/url-invalid', `${what} is not an http(s) address.`)];
  if (isWebAddress(url)) return [];
  return [
    breaking(
      'metadata/url-broken',
      `${what} is taken by PyPI, and no browser can follow it.`,
      'Write the whole address, as in https://example.org/spam.',
    ),
  ];
}

function projectUrlFindings(view: MetadataView): Finding[] {
  const seen = new Set<string>();
  return view.projectUrls.flatMap(({ label, url }) => {
    const findings: Finding[] = [];
    const isRepeated = seen.has(label);
    seen.add(label);
    if (label === '' || url === '') {
      findings.push(
        rejected(
          'metadata/project-url-invalid',
          `Project-URL ${excerpt(label === '' ? url : label)} is not a label, a comma and an address.`,
        ),
      );
    } else findings.push(...linkFindings(`Project-URL ${excerpt(url)}`, url));
    if (Array.from(label).length > LONGEST_LABEL) {
      findings.push(
        rejected(
          'metadata/project-url-label-long',
          `The label ${excerpt(label)} of a Project-URL is longer than ${LONGEST_LABEL} characters.`,
        ),
      );
    }
    if (isRepeated) {
      findings.push(
        rejected(
          'metadata/project-url-repeated',
          `Two Project-URLs have the label ${excerpt(label)}.`,
        ),
      );
    }
    return findings;
  });
}

const EMAIL_HINT = 'Write address@example.org or Name <address@example.org>.';

/** PyPI judges a single address, and lets lists and what it cannot read pass; those are for readers. */
function emailFindings(field: string, value: string | undefined): Finding[] {
  if (!isGiven(value)) return [];
  const addresses = addressesIn(value);
  const isJudged = isSingleAddress(value);
  const wrong = addresses.find((address) => !isEmailAddress(address));
  if (wrong === undefined && addresses.length > 0) return [];
  if (isJudged)
    return [
      rejected(
        'metadata/email-invalid',
        `${field} has ${excerpt(wrong ?? value)}, which is not an e-mail address.`,
        EMAIL_HINT,
      ),
    ];
  return [
    breaking(
      'metadata/email-broken',
      `${field} has ${excerpt(wrong ?? value)}, which is not an e-mail address; PyPI takes it.`,
      `${EMAIL_HINT} Put commas between several, and names in the fields for names.`,
    ),
  ];
}

function placeholderFindings(view: MetadataView): Finding[] {
  const fields = {
    Summary: view.summary,
    Description: view.description,
    'Home-page': view.homePage,
    Author: view.author,
    'Author-email': view.authorEmail,
    License: view.license,
  };
  return Object.entries(fields)
    .filter(([, value]) => value?.trim() === UNKNOWN)
    .map(([field]) =>
      advised(
        'metadata/placeholder',
        `${field} says ${UNKNOWN}, which old tools wrote for nothing.`,
        'Use a current build backend.',
      ),
    );
}
