/**
 * Reads sanitised HTML back, as strictly as it should have been written: every `<` begins a tag of the allowed elements,
 * with allowed attributes in double quotes, and every address is relative or of an allowed scheme once decoded.
 */
const ELEMENTS = new Set(
  (
    'a abbr acronym aside b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure ' +
    'h1 h2 h3 h4 h5 h6 hr i img input kbd li nav ol p picture pre section span strong sub summary sup table tbody td th ' +
    'thead tr tt ul var'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  'align alt checked class colspan disabled height href id lang rel rowspan src start title type width'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'hr', 'img', 'input', 'col']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+(?:="[^"<>]*")?)*)( \/)?>/g;
const CLASS =
  /^(?:language-[\w+#.-]+|[a-z][a-z0-9]{0,2}|admonition[a-z-]*|note|tip|important|warning|caution|attention|danger|error|hint|docutils|simple|code|literal-block|doctest|math|line|line-block|align-(?:left|center|right)|field-list|option-list|footnote(?:-list)?|citation(?:-list)?|brackets|contents|topic(?:-title)?)$/;

/** Everything in a text that sanitised HTML may not have. */
export function unsafeThings(html: string): readonly string[] {
  const found: string[] = [];
  if (html.replaceAll(TAG, '').includes('<')) found.push('a < that begins no proper tag');
  for (const [tag, closing, name = '', attributes = ''] of html.matchAll(TAG)) {
    if (!ELEMENTS.has(name)) found.push(tag);
    if (closing === '/') continue;
    for (const [, attribute = '', value = ''] of attributes.matchAll(/ ([a-z]+)(?:="([^"]*)")?/g))
      if (!isSafe(attribute, decoded(value))) found.push(`${attribute} of ${tag}`);
    if (name === 'input' && !/ type="checkbox"(?: checked)? disabled$/.test(attributes))
      found.push(tag);
    if (name === 'a' && !attributes.endsWith(' rel="nofollow"')) found.push(tag);
  }
  return found;
}

/** The elements that are opened and not closed, or closed and not open. */
export function openTagsOf(html: string): readonly string[] {
  const open: string[] = [];
  for (const [, closing, name = ''] of html.matchAll(TAG)) {
    if (VOID.has(name)) continue;
    if (closing !== '/') open.push(name);
    else if (open.pop() !== name) return [`/${name}`];
  }
  return open;
}

function isSafe(attribute: string, value: string): boolean {
  if (!ATTRIBUTES.has(attribute)) return false;
  if (attribute === 'id') return value.startsWith('user-content-');
  if (attribute === 'class') return value.split(' ').every((name) => CLASS.test(name));
  if (attribute !== 'href' && attribute !== 'src') return true;
  // As a browser reads an address: without controls and blanks before it, and without line ends and tabs in it.
  const address = value.replaceAll(/[\t\n\r]/g, '').replace(/^[\p{Cc} ]+/u, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  return scheme === undefined || ['http', 'https', 'mailto'].includes(scheme);
}

function decoded(value: string): string {
  return value
    .replaceAll(/&#x([0-9a-f]+);?/gi, (_, digits: string) =>
      String.fromCodePoint(parseInt(digits, 16)),
    )
    .replaceAll(/&#([0-9]+);?/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll(/&colon;/g, ':')
    .replaceAll(/&(?:Tab|NewLine);/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
