/** HTML for plain text as PyPI makes it: everything escaped, each line end a `<br>`, all of it in one `<pre>`. */
export function renderPlainText(text: string): string {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
  return `<pre>${escaped.replaceAll('\n', '<br>')}</pre>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};
