/** Which form of a page a client gets (PEP 691). */
import { SIMPLE_TYPES } from '../../packaging/index.ts';
import { preferredType } from '../http/accept.ts';

export interface PageForm {
  readonly kind: 'json' | 'html';
  readonly contentType: string;
}

/** Media types that are offered, `latest` for whatever version is newest; plain HTML for whoever does not say. */
const FORMS: Readonly<Record<string, PageForm>> = {
  [SIMPLE_TYPES.legacyHtml]: { kind: 'html', contentType: 'text/html; charset=utf-8' },
  [SIMPLE_TYPES.json]: { kind: 'json', contentType: SIMPLE_TYPES.json },
  [SIMPLE_TYPES.html]: { kind: 'html', contentType: SIMPLE_TYPES.html },
  'application/vnd.pypi.simple.latest+json': { kind: 'json', contentType: SIMPLE_TYPES.json },
  'application/vnd.pypi.simple.latest+html': { kind: 'html', contentType: SIMPLE_TYPES.html },
};
const OFFERS = Object.keys(FORMS);

/** Clients send the same few headers for ever. */
const MOST_REMEMBERED = 200;

/** The form for an `Accept`, or undefined when none that is wanted is to be had: 406. */
export function createNegotiator(): (accept: string | undefined) => PageForm | undefined {
  const remembered = new Map<string, PageForm | undefined>();
  return (accept = '') => {
    if (remembered.has(accept)) return remembered.get(accept);
    const type = preferredType(accept, OFFERS);
    const form = type === undefined ? undefined : FORMS[type];
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(accept, form);
    return form;
  };
}
