/**
 * Pages of an index as HTML, read as installers read them; old flat pages and pages of other tools, too.
 *
 * Specification: Simple repository API, "HTML-based" (PEP 503, 592, 629, 658, 714, 740, 792).
 * https://packaging.python.org/specifications/simple-repository-api/#base-html-api
 */
import { Parser } from 'htmlparser2';
import { WheelworksError } from '../support/errors.ts';
import { normalizeName } from './name.ts';
import {
  PROJECT_STATUSES,
  type Hashes,
  type SimpleFile,
  type SimpleProject,
} from './simple-api-model.ts';

/** What a page of links has. */
export interface SimpleHtmlPage {
  /** One for every link to something that is named like a distribution. */
  readonly files: readonly SimpleFile[];
  /** Every other link, as written: those of the list of projects. */
  readonly otherLinks: readonly { readonly href: string; readonly text: string }[];
  readonly status?: SimpleProject['status'];
  /** Of `<base href>`, which relative links start from. */
  readonly base?: string;
}

/** Pages are read as a whole; the largest of PyPI has 40 MB. */
const MOST_LINKS = 1_000_000;

/**
 * Reads the links of a page, in its order. Any HTML is taken, as browsers do; links that name no wheel or sdist are kept apart.
 * @throws WheelworksError `packaging/simple-page` for a page of a later major version, or with over a million links.
 */
export function parseSimpleHtml(html: string): SimpleHtmlPage {
  const links: Link[] = [];
  const metas = new Map<string, string>();
  let open: Link | undefined;
  let base: string | undefined;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === 'meta' && attributes['name'] !== undefined)
          metas.set(attributes['name'].toLowerCase(), attributes['content'] ?? '');
        if (name === 'base') base ??= attributes['href'];
        if (name !== 'a' || attributes['href'] === undefined) return;
        if (links.length >= MOST_LINKS) throw bad('The page has more than a million links.');
        open = { attributes, text: '' };
        links.push(open);
      },
      ontext(text) {
        if (open !== undefined) open.text += text;
      },
      onclosetag(name) {
        if (name === 'a') open = undefined;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  refuseOtherVersions(metas.get('pypi:repository-version'));
  const status = statusOf(metas);
  const files = links.map((link) => fileOf(link));
  return {
    files: files.filter((file) => file !== undefined),
    otherLinks: links.flatMap(({ attributes, text }, index) =>
      files[index] === undefined ? [{ href: attributes['href'] ?? '', text: text.trim() }] : [],
    ),
    ...(status === undefined ? {} : { status }),
    ...(base === undefined ? {} : { base }),
  };
}

/** The names of the projects that the list of projects links to, normalised, each once, in its order. */
export function projectNames({ otherLinks }: SimpleHtmlPage): readonly string[] {
  const names = otherLinks.flatMap(({ href }) => {
    const path = (href.split(/[?#]/, 1)[0] ?? '').replace(/\/+$/, '');
    const last = decode(path.slice(path.lastIndexOf('/') + 1));
    return /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/.test(last) ? [normalizeName(last)] : [];
  });
  return [...new Set(names)];
}

interface Link {
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** As pip: the name of a file is the end of its address, not the text of the link. */
function fileOf({ attributes }: Link): SimpleFile | undefined {
  const href = (attributes['href'] ?? '').trim();
  const hash = href.indexOf('#');
  const url = hash === -1 ? href : href.slice(0, hash);
  const path = url.split('?', 1)[0] ?? '';
  const filename = decode(path.slice(path.lastIndexOf('/') + 1));
  if (!isDistribution(filename)) return undefined;
  const core = attributes['data-core-metadata'] ?? attributes['data-dist-info-metadata'];
  const { 'data-requires-python': requiresPython, 'data-gpg-sig': signature } = attributes;
  const { 'data-provenance': provenance, 'data-yanked': yanked } = attributes;
  return {
    filename,
    url,
    hashes: hash === -1 ? {} : hashesIn(href.slice(hash + 1)),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(core === undefined || core === 'false' ? {} : { coreMetadata: metadataOf(core) }),
    ...(yanked === undefined ? {} : { yanked: yanked === '' ? true : yanked }),
    ...(signature === undefined ? {} : { gpgSignature: signature === 'true' }),
    ...(provenance === undefined || provenance === '' ? {} : { provenance }),
  };
}

/** By its suffix alone: whether the rest of the name is right is for whoever uses it to judge. */
function isDistribution(filename: string): boolean {
  return /[^.].*\.(?:whl|tar\.gz|zip)$/i.test(filename);
}

function metadataOf(value: string): true | Hashes {
  const hashes = hashesIn(value);
  return Object.keys(hashes).length === 0 ? true : hashes;
}

const HASH = /(?:^|&)(sha(?:1|224|256|384|512)|md5|blake2b)=([0-9a-fA-F]+)/;

function hashesIn(fragment: string): Hashes {
  const [, name, digest] = HASH.exec(fragment) ?? [];
  return name === undefined || digest === undefined ? {} : { [name]: digest.toLowerCase() };
}

function statusOf(metas: ReadonlyMap<string, string>): SimpleProject['status'] {
  const status = PROJECT_STATUSES.find((each) => each === metas.get('pypi:project-status'));
  if (status === undefined) return undefined;
  const reason = metas.get('pypi:project-status-reason');
  return { status, ...(reason === undefined || reason === '' ? {} : { reason }) };
}

/** PEP 629. */
function refuseOtherVersions(version: string | undefined): void {
  if (version === undefined || /^1(?:\.|$)/.test(version.trim())) return;
  throw bad(`The page is of version ${version} of the API, which is not known.`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bad(message: string): WheelworksError {
  return new WheelworksError('packaging/simple-page', message, {
    hint: 'Is this the address of a simple index (PEP 503)? It often ends in /simple/.',
  });
}
