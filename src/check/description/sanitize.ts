/**
 * HTML of strangers made harmless for a page: an allow-list of elements, attributes, classes and URL schemes; everything
 * else is left out, its text escaped.
 *
 * The lists are those of PyPI's renderer (readme_renderer 45.0, `clean.py`), narrowed where a page of ours could suffer:
 * every `id` and every link to one gets a prefix, so that no README takes the place of a part of the page; classes are
 * those that renderers write; an `input` is a disabled checkbox or nothing.
 */
import sanitizeHtml from 'sanitize-html';

/** Stands before every `id`, and in links to them. */
export const ID_PREFIX = 'user-content-';

/**
 * The same text with nothing in it that runs, loads a style or leaves the element that it is put into. Balanced: every
 * element that it opens it also closes. Images of other hosts stay; a content security policy is what stops them.
 */
export function sanitizeDescription(html: string): string {
  return sanitizeHtml(html, OPTIONS);
}

/**
 * How many elements an HTML text opens at most. The time that a parser takes grows with the square of how many are open
 * at once: what opens too many is not to be sanitised but refused.
 */
export function mostElementsIn(html: string): number {
  let count = 0;
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1))
    if (/[a-z]/i.test(html[at + 1] ?? '')) count += 1;
  return count;
}

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;

const TAGS: readonly string[] = [
  'a abbr acronym aside b blockquote br caption cite code col colgroup dd del details div dl dt em',
  'figcaption figure h1 h2 h3 h4 h5 h6 hr i img input kbd li nav ol p picture pre section span',
  'strong sub summary sup table tbody td th thead tr tt ul var',
].flatMap((line) => line.split(' '));

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  '*': ['id'],
  a: ['href', 'title', 'rel'],
  abbr: ['title'],
  acronym: ['title'],
  ...Object.fromEntries([...HEADINGS, 'div', 'p', 'th'].map((tag) => [tag, ['align']])),
  img: ['src', 'width', 'height', 'alt', 'align'],
  input: ['type', 'checked', 'disabled'],
  ol: ['start'],
  pre: ['lang'],
  td: ['align', 'colspan', 'rowspan'],
};

const WITH_CLASSES: readonly string[] =
  'aside code dd div dl dt figure hr img nav p pre span th ul'.split(' ');

/** What Markdown renderers, docutils and Pygments (names of up to three characters) write. */
const CLASSES: readonly RegExp[] = [
  /^language-[\w+#.-]{1,40}$/,
  /^[a-z][a-z0-9]{0,2}$/,
  /^admonition(?:-[a-z-]+)?$/,
  /^(?:note|tip|important|warning|caution|attention|danger|error|hint)$/,
  /^(?:align-(?:left|center|right)|docutils|simple|code|literal-block|doctest|math|line(?:-block)?)$/,
  /^(?:field-list|option-list|footnote(?:-list)?|citation(?:-list)?|brackets|contents|topic(?:-title)?)$/,
];

/** Elements deeper than this lose their tags and keep their text: browsers slow down with the square of the depth. */
const DEEPEST = 100;

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [...TAGS],
  allowedAttributes: Object.fromEntries(
    Object.entries(ATTRIBUTES).map(([tag, names]) => [tag, [...names]]),
  ),
  allowedClasses: Object.fromEntries(WITH_CLASSES.map((tag) => [tag, [...CLASSES]])),
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite'],
  allowProtocolRelative: true,
  disallowedTagsMode: 'discard',
  nestingLimit: DEEPEST,
  parseStyleAttributes: false,
  transformTags: { '*': rewrite },
  exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs['type'] !== 'checkbox',
};

function rewrite(tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  // Built anew from own entries: an attribute called `__proto__` must stay one among others.
  const kept = Object.entries(attribs).filter(([name]) => name !== 'rel' && name !== 'disabled');
  const rewritten = kept.map(
    ([name, value]) => [name, rewriteValue(tagName, name, value)] as const,
  );
  if (tagName === 'a') rewritten.push(['rel', 'nofollow']);
  if (tagName === 'input') rewritten.push(['disabled', '']);
  return { tagName, attribs: Object.fromEntries(rewritten) };
}

function rewriteValue(tag: string, name: string, value: string): string {
  if (name === 'id') return prefixed(value);
  if (tag === 'a' && name === 'href' && value.startsWith('#') && value.length > 1)
    return `#${prefixed(value.slice(1))}`;
  if (tag === 'input' && name === 'type') return value.toLowerCase();
  return value;
}

function prefixed(id: string): string {
  return id.startsWith(ID_PREFIX) ? id : `${ID_PREFIX}${id}`;
}
