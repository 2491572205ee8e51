/** Sources with one fault each: what is wrong, the source, words of the lint's problem, and its line. */
export const FAULTS: readonly (readonly [
  what: string,
  source: string,
  problem: string,
  line: number,
])[] = [
  ['a directive of Sphinx', 'a\n\n.. toctree::\n   :maxdepth: 2\n\n   b\n', 'type "toctree"', 3],
  ['a misspelt directive', '.. imgae:: a.png\n', 'type "imgae"', 1],
  ['a directive in a domain', 'a\n\n.. py:function:: f(x)\n', 'type "py:function"', 3],
  ['an unknown directive in a list', '- a\n\n  .. versionadded:: 1.0\n', 'versionadded', 3],
  ['an unknown directive in a note', '.. note::\n\n   .. todo:: a\n', 'todo', 3],
  ['an unknown directive in a substitution', '.. |a| imgae:: b.png\n', 'imgae', 1],
  ['raw output', '.. raw:: html\n\n   <b>a</b>\n', '"raw" directive disabled', 1],
  ['another file', 'a\n\n.. include:: CHANGES.rst\n', '"include" directive disabled', 3],
  ['a table of another file', '.. csv-table:: a\n   :file: a.csv\n', 'csv-table', 1],
  [
    'an option of Sphinx',
    '.. code-block:: python\n   :linenos:\n\n   a\n',
    'unknown option: "linenos"',
    1,
  ],
  ['an option of an image', '.. image:: a.png\n   :foo: b\n', 'unknown option: "foo"', 1],
  ['an image with content', '.. image:: a.png\n\n   b\n', 'no content permitted', 1],
  ['a note without content', '.. note::\n\na\n', 'Content block expected', 1],
  ['code without content', '.. code:: python\n\na\n', 'Content block expected', 1],
  ['a replacement outside', '.. replace:: a\n', 'outside of a substitution', 1],
  ['a role of Sphinx', 'See :ref:`a`.\n', 'role "ref"', 1],
  ['a role in a domain', 'See\n\n:py:class:`a`.\n', 'role "py:class"', 3],
  ['a role behind the text', '`a`:class:\n', 'role "class"', 1],
  ['a role in a term', ':doc:`a`\n   b\n', 'role "doc"', 1],
  ['two roles', ':sub:`a`:sup:\n', 'Multiple roles', 1],
  ['a role and a reference', ':sub:`a`_\n', 'Mismatch', 1],
  ['a short underline', 'Title\n====\n\na\n', 'underline too short', 2],
  ['a short overline', '====\nTitle\n====\n\na\n', 'overline too short', 1],
  ['over and under differ', '=====\nTitle\n-----\n\na\n', 'mismatch', 1],
  ['nothing under', '=====\nTitle\nb\n\na\n', 'Missing matching underline', 1],
  ['over and nothing more', 'a\n\n=====\nTitle\n', 'Incomplete section title', 3],
  ['a title in a list', '- Title\n  =====\n', 'Unexpected section title', 1],
  ['a skipped level', 'A\n=\n\nB\n-\n\nC\n~\n\nD\n=\n\nE\n~\n', 'Inconsistent title style', 13],
  ['a transition first', '-----\n\na\n', 'Transition at the start', 1],
  ['a transition last', 'a\n\n-----\n', 'Transition at the end', 3],
  ['open emphasis', 'a *b c\n', 'Inline emphasis start-string', 1],
  ['open strong', 'a **b c\n', 'Inline strong start-string', 1],
  ['an open literal', 'a ``b c\n', 'Inline literal start-string', 1],
  ['a literal of Markdown', 'a\n\n``b`` and ``c`\n', 'Inline literal start-string', 3],
  ['open interpreted text', 'a `b c\n', 'Inline interpreted text', 1],
  ['an open substitution', 'a |b c\n', 'Inline substitution_reference', 1],
  ['an open inline target', 'a _`b c\n', 'Inline target', 1],
  ['an s behind a literal', 'the ``b``s are\n', 'Inline literal start-string', 1],
  ['arguments of functions', 'f(*args, **kwargs)\n', 'Inline', 1],
  ['an undefined target', 'a\n\nSee name_ there.\n', 'Unknown target name: "name"', 3],
  ['an undefined phrase', 'See `the\nname`_.\n', 'Unknown target name: "the name"', 1],
  ['an undefined footnote', 'a [1]_\n', 'Unknown target name: "1"', 1],
  ['an undefined citation', 'a [CIT2002]_\n', 'Unknown target name: "CIT2002"', 1],
  ['an undefined substitution', 'a |version| b\n', 'Undefined substitution', 1],
  ['an anonymous reference', 'a `b`__\n', 'Anonymous hyperlink mismatch', 1],
  ['a target without a colon', '.. _a b\n', 'Malformed hyperlink target', 1],
  ['a list without a blank line after', '- a\n- b\nc\n', 'Bullet list ends', 3],
  ['an enumeration without a blank line after', '1. a\n2. b\nc\n', 'Enumerated list ends', 2],
  ['a quotation without a blank line after', 'a\n\n  b\nc\n', 'Block quote ends', 4],
  ['a definition without a blank line after', 'a\n  b\nc\n', 'Definition list ends', 3],
  ['a field without a blank line after', ':a: b\nc\n', 'Field list ends', 2],
  ['a directive without a blank line after', '.. note:: a\nb\n', 'Explicit markup ends', 2],
  ['a literal without a blank line after', 'a::\n\n  b\nc\n', 'Literal block ends', 4],
  ['lines without a blank line after', '| a\nb\n', 'Line block ends', 2],
  ['an indented third line', 'a\nb\n  c\n', 'Unexpected indentation', 3],
  ['nothing behind two colons', 'a::\n\nb\n', 'Literal block expected', 3],
  ['a line that is too long', `a\n${'b '.repeat(5001)}c\n`, 'line-length-limit', 2],
];

/** Sources without any fault, most of which look as if they had one. */
export const SOUND: readonly string[] = [
  'a * b ** c `` d | e _ f\n',
  'f(\\*args, \\*\\*kwargs) and ``*args``\n',
  '2*3*4 and a**b and snake_case and __init__ and _private\n',
  '"*" and (*) and [*] and {`} and <``> and \'|\'\n',
  '*a*, **b**; ``c``: (`d`) -- *e*/*f*\n',
  'A\n==\n\nB\n--\n\nC\n==\n',
  'ab\n-\n',
  '==\nab\n==\n\nc\n',
  'a\n\n----\n\nb\n',
  'a\n..\n',
  'Not a\n:list: of fields\n',
  'a\n- b\n* c\n1. d\n',
  '1. not a list\nbut text\n',
  '1. a\n#. b\n\n3) c\n\n(4) d\n',
  '- a\n\n  - b\n\n    c\n\n  d\n\n- e\n',
  '-\n  a\n\n-\n\nb\n',
  'a\n  b\n\n  c\nd : e\n  f\n',
  ':a b: c\n:d:\n  e\n:f: g\n   h\n',
  '-a         b\n-c, --dd=e  f\n           g\n--hh\n    i\n/V  j\n',
  '>>> a*\n*b\n',
  '| a *b*\n| c\n  d\n|\n| e\n',
  '+---+---+\n| a | b |\n+---+---+\n| a     |\n+-------+\n',
  '=== ===\na   b\n=== ===\n*c*  d\n\ne   f\n=== ===\n\ng\n',
  'a::\n\n  *b `c |d\n\n    e\n\nf\n',
  'a::\n\n> *b\n> c\n\nd\n',
  '::\n\n  *a\n\nb ::\n\n  c_\n',
  'a\\::\n\nb\n',
  '..\n\n  a quotation, not a comment\n',
  '.. a comment *with\n   `markup\n\na\n',
  '..\n   a comment\n   .. toctree::\n\na\n',
  '.. |a| image:: b.png\n   :target: c_\n.. |d| replace:: e *f*\n.. _c: https://example.org\n\n|a| and |D| and |a|_\n\n.. _a: https://example.org\n',
  '.. role:: mine\n.. role:: yours(strong)\n\n:mine:`a` `b`:yours: :code:`c` :PEP:`8` :rfc:`822`\n',
  '.. default-role:: literal\n\n`a`\n',
  'See name_, `the phrase`_, Title_ and `an alias`_ and there_.\n\n.. _name: https://example.org\n.. _The Phrase: name_\n.. _an\n   alias: https://example.org\n\n_`there` it is\n\nTitle\n=====\n\na\n',
  '`a <https://example.org>`_ and a_ and `b <https://example.org>`__ and `<https://example.org/c>`_\n',
  'a__ and `b`__\n\n__ https://example.org\n.. __: https://example.org\n',
  'a [1]_ [#]_ [#n]_ [*]_ [CIT]_ and n_\n\n.. [1] b\n.. [#] c\n.. [#n] d\n.. [*] e\n.. [CIT] f\n',
  '.. note:: a\n   b\n\n   - c\n\n.. warning::\n   :class: d\n\n   e\n',
  '.. code:: python\n   :number-lines:\n\n   *a\n\n.. code-block::\n\n   `b\n\n.. math::\n\n   a_b * c\n',
  '.. figure:: a.png\n   :alt: b\n\n   A caption.\n\n   A legend.\n',
  '.. contents:: Table of Things\n   :local:\n\n`table of things`_\n\nA\n=\n\nb\n',
  '.. list-table::\n   :header-rows: 1\n\n   * - a\n     - b\n   * - c\n     - d\n',
  '.. csv-table:: a\n   :header: b, c\n\n   1, 2\n',
  '.. admonition:: a\n\n   b\n\n.. topic:: c\n\n   d\n\n.. epigraph::\n\n   e\n\n   -- f\n',
  '.. class:: a\n\nb\n\n.. container:: c\n\n   d\n',
  'Wide \u6f22\u5b57\n=========\n\na\n',
  'caf\u00e9*s and \u201c*quoted*\u201d\n',
  '    a quotation first\n\nb\n',
  'a\tb\n\n\tc\n',
  'http://example.org/a_b_c/*d* and <http://example.org/_e>\n',
  '',
];

/** Documents as people write them, to be damaged at random. */
export const DOCUMENTS: readonly string[] = [
  `=======
Project
=======

.. image:: https://example.org/a.svg
   :target: https://example.org/a
   :alt: build

A \`project <https://example.org>\`_ for *people* with \`\`code\`\` and **more**, see Usage_.

.. contents:: **Contents**
   :depth: 2

Usage
=====

Install it::

    pip install project

and then:

1. do this,
2. and that::

       project --run

3. rest.

.. code-block:: python

    from project import run
    run(*args, **kwargs)

License
-------

MIT, |date| [1]_.

.. [1] See the \`other file\`_.
.. |date| replace:: today
.. _other file: https://example.org/other
`,
  `Tool
****

:Author: Somebody
:Version: 1.0

- one
- two, with

  a second paragraph and :code:\`x\`

  * and more

- three

term
   What it means.
other : classifier
   What that means,

   in two paragraphs.

.. note::

   Beware of \`\`*\`\`.

   - And of lists.

.. warning:: And of this.

====== ======
a      b
====== ======
\`\`c\`\`  *d*
e      f
====== ======

+-----+-----+
| a   | b   |
+-----+-----+
| c         |
+-----------+

| a poem
| of *lines*

-h, --help     help
--version      what it is

>>> 1 + 1
2

    A quotation.

    -- Someone

----

The end, \`with a link\`__ and _\`a target\` for \`a target\`_.

__ https://example.org

.. a comment
   goes on
`,
];
