/** What to do about each kind of fault that docutils reports. The words are those of docutils 0.19 to 0.23. */
const ADVICE: readonly (readonly [fault: RegExp, advice: string])[] = [
  [
    /Unknown directive type/,
    'Directives of Sphinx do not exist here. Use those of docutils (code-block, note, image), or write a README without them.',
  ],
  [
    /Unknown interpreted text role|No role entry/,
    'Roles of Sphinx such as :ref: or :class: do not exist here. Write ``code``, or a link with its address: `text <https://...>`_.',
  ],
  [
    /directive disabled|deactivated/,
    'PyPI includes no other files and passes no raw HTML. Put the text itself into the README when it is built.',
  ],
  [/unknown option/i, 'Options of Sphinx such as :linenos: do not exist here. Remove the line.'],
  [
    /underline too short|overline too short/,
    'Make the line under (and over) the title at least as long as the title.',
  ],
  [
    /Inconsistent title style|Title level inconsistent/,
    'Go down one level of titles at a time, and use one character for each level.',
  ],
  [
    /start-string without end-string/,
    String.raw`Close the markup, with no blank before its end and no letter right behind it; or write \* or \` for the character itself.`,
  ],
  [
    /Unexpected indentation|without a blank line/,
    'Put a blank line before and after every list, quotation, block of code and directive, and indent what belongs to them alike.',
  ],
  [
    /Literal block expected/,
    'Behind a paragraph that ends with ::, put a blank line and then the code, indented.',
  ],
  [
    /Unknown target name|hyperlink mismatch|Undefined substitution|does not exist/,
    String.raw`Define the target (.. _name: https://...) or the substitution (.. |name| replace:: text). When the _ or | is meant as it is, write \_ or \|.`,
  ],
  [
    /Duplicate explicit target name/,
    'Two links with the same text and different addresses: end each with two underlines, `text <https://...>`__.',
  ],
  [
    /Malformed table|Column span|Text in column margin/,
    'Every row of a table must keep to the columns that its first line draws.',
  ],
  [/lexer/i, 'Name a language that Pygments knows, or "text", or none at all.'],
  [/Transition/, 'A line of dashes on its own stands between two paragraphs of a section.'],
  [/only a title/, 'Write at least a sentence below the title.'],
  [/nothing in it/, 'Write at least a sentence, or leave the description out.'],
];

const GENERAL =
  'In reStructuredText PyPI takes any warning for a refusal. Mend the line, or write the README in Markdown, which always renders.';

/** The next step for a fault, in a sentence or two. */
export function adviceOn(problem: string): string {
  return ADVICE.find(([fault]) => fault.test(problem))?.[1] ?? GENERAL;
}
