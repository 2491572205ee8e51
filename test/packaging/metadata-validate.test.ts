import { describe, expect, it } from 'vitest';
import { metadataView, parseMetadata, validateMetadata } from '../../src/packaging/metadata.ts';

const VALID = 'Metadata-Version: 2.5\nName: foo\nVersion: 1.0\n';

function codes(text: string): string[] {
  return validateMetadata(metadataView(parseMetadata(Buffer.from(text)))).map(({ code }) => code);
}

describe('judging metadata', () => {
  it('finds nothing wrong with what is right', () => {
    expect(
      codes(
        `${VALID}Dynamic: License\nSummary: Foo\nKeywords: a,b\nHome-page: https://example.org\n` +
          'Author-email: "Doe, J." <j.doe@example.org>, k@example.org\nLicense-Expression: MIT OR Apache-2.0\n' +
          'License-File: LICENSES/MIT.txt\nProject-URL: Docs, https://docs.example.org/a,b\n' +
          "Provides-Extra: dev-tools\nRequires-Dist: bar>=1; extra == 'dev_tools'\nRequires-Python: >=3.9\n" +
          'Import-Name: foo\nImport-Name: foo._x; private\nImport-Namespace: ns\n' +
          'Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM\n\n# Foo\n',
      ),
    ).toEqual([]);
  });

  it.each([
    ['Name: foo\nVersion: 1\n', ['metadata/metadata-version-missing']],
    ['Metadata-Version: 2.0\nName: foo\nVersion: 1\n', ['metadata/metadata-version-unknown']],
    ['Metadata-Version: 3.0\nName: foo\nVersion: 1\n', ['metadata/metadata-version-unknown']],
    ['Metadata-Version: 2.6\nName: foo\nVersion: 1\n', ['metadata/metadata-version-too-new']],
    ['Metadata-Version: 2.5\n\n', ['metadata/name-missing', 'metadata/version-missing']],
    [
      'Metadata-Version: 2.5\nName:\nVersion:\n',
      ['metadata/name-missing', 'metadata/version-missing'],
    ],
    [`${VALID}Name: bar\n`, ['metadata/field-repeated']],
    [VALID.replace('foo', 'foo bar'), ['metadata/name-invalid']],
    [VALID.replace('1.0', '1.0.x'), ['metadata/version-invalid']],
    [VALID.replace('1.0', '1.0+cpu'), ['metadata/version-local']],
    [`${VALID}X-Own: a\n`, ['metadata/field-unknown']],
    [`${VALID}Description: a\n\nb`, ['metadata/field-repeated']],
    [`${VALID}Dynamic: name\n`, ['metadata/dynamic-invalid']],
    [`${VALID}Dynamic: nonsense\n`, ['metadata/dynamic-invalid']],
    [`${VALID}Summary: a\n  b\n`, ['metadata/summary-lines']],
    [`${VALID}Summary: ${'a'.repeat(512)}\n`, []],
    [`${VALID}Summary: ${'a'.repeat(513)}\n`, ['metadata/summary-long']],
    [`${VALID}Summary: ${'\u{1f600}'.repeat(512)}\n`, []],
    [`${VALID}Description-Content-Type: text/html\n`, ['metadata/content-type-invalid']],
    [`${VALID}Home-page: www.example.org\n`, ['metadata/url-invalid']],
    [`${VALID}Download-URL: ftp://example.org\n`, ['metadata/url-invalid']],
    [`${VALID}Home-page: https://\n`, ['metadata/url-broken']],
    [`${VALID}Home-page: https://example.org/a b\n`, ['metadata/url-broken']],
    [`${VALID}Home-page: https://example.org/?a=[b]\n`, ['metadata/url-invalid']],
    [`${VALID}Home-page: https://example.org:99999/\n`, ['metadata/url-invalid']],
    [`${VALID}Author-email: a@example.test\n`, ['metadata/email-invalid']],
    [`${VALID}Author-email: a..b@example.org\n`, ['metadata/email-invalid']],
    [`${VALID}Author-email: a@1.2.3.4\n`, ['metadata/email-invalid']],
    [`${VALID}Author-email: nobody, a@example.org\n`, ['metadata/email-broken']],
    [`${VALID}Author-email: A, B <a@example.org>\n`, ['metadata/email-broken']],
    [`${VALID}Author-email: "A, B" <a@example.org>\n`, []],
    [`${VALID}Author-email: a@example.org (A, B)\n`, []],
    [`${VALID}Author-email: \u00e4@\u00e4.de\n`, []],
    [`${VALID}Home-page:\n`, []],
    [`${VALID}Author-email: nobody\n`, ['metadata/email-invalid']],
    [`${VALID}Author-email: A <nobody@localhost>\n`, ['metadata/email-invalid']],
    [`${VALID}Maintainer-email: a@example.org, nobody\n`, ['metadata/email-broken']],
    [`${VALID}Project-URL: https://example.org\n`, ['metadata/project-url-invalid']],
    [`${VALID}Project-URL: Docs,\n`, ['metadata/project-url-invalid']],
    [`${VALID}Provides-Dist: a b\n`, ['metadata/provides-dist-invalid']],
    [`${VALID}Obsoletes-Dist: a @ https://example.org/a\n`, ['metadata/obsoletes-dist-invalid']],
    [`${VALID}Project-URL: Docs, example.org\n`, ['metadata/url-invalid']],
    [
      `${VALID}Project-URL: ${'a'.repeat(33)}, https://example.org\n`,
      ['metadata/project-url-label-long'],
    ],
    [
      `${VALID}Project-URL: a, https://example.org\nProject-URL: a, https://example.com\n`,
      ['metadata/project-url-repeated'],
    ],
    [
      `${VALID}Author: UNKNOWN\nHome-page: UNKNOWN\n`,
      ['metadata/placeholder', 'metadata/placeholder'],
    ],
    [`${VALID}License: MIT\nLicense-Expression: MIT\n`, ['metadata/license-twice']],
    [
      `${VALID}License-Expression: MIT\nClassifier: License :: OSI Approved :: MIT License\n`,
      ['metadata/license-classifier'],
    ],
    [`${VALID}License-Expression: mit\n`, ['metadata/license-not-normal']],
    [`${VALID}License-Expression: GPL-2.0\n`, ['metadata/license-deprecated']],
    [`${VALID}License-Expression: BSD\n`, ['metadata/license-invalid']],
    [`${VALID}License-File: ../LICENSE\n`, ['metadata/license-file-invalid']],
    [`${VALID}License-File:\n`, ['metadata/license-file-invalid']],
    [`${VALID}Requires-Python: 3.9\n`, ['metadata/requires-python-invalid']],
    [`${VALID}Requires-Dist: a b\n`, ['metadata/requires-dist-invalid']],
    [`${VALID}Requires-Dist: a @ https://example.org/a.whl\n`, ['metadata/direct-dependency']],
    [
      `${VALID}Requires-Dist: a; extra == 'x' or (extra == "y")\n`,
      ['metadata/extra-undeclared', 'metadata/extra-undeclared'],
    ],
    [`${VALID}Provides-Extra: -x\n`, ['metadata/extra-invalid']],
    [`${VALID}Provides-Extra: a_b\n`, ['metadata/extra-not-normal']],
    [`${VALID.replace('2.5', '2.1')}Provides-Extra: a_b\n`, []],
    [
      `${VALID.replace('2.5', '2.1')}Provides-Extra: a_b\nProvides-Extra: a-b\n`,
      ['metadata/extra-repeated'],
    ],
    [`${VALID}Provides: foo\n`, ['metadata/field-deprecated']],
    [`${VALID}Import-Name: foo.class\n`, ['metadata/import-name-invalid']],
    [`${VALID}Import-Namespace: 1foo\n`, ['metadata/import-name-invalid']],
    [`${VALID}Import-Name: foo\nImport-Namespace: foo\n`, ['metadata/import-name-twice']],
    [`${VALID}Import-Name:\n`, []],
  ])('%j', (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('tells what is not UTF-8', () => {
    const bytes = Buffer.from(`${VALID}Author: J\xfcrgen\n`, 'latin1');
    const findings = validateMetadata(metadataView(parseMetadata(bytes)));
    expect(findings).toEqual([
      expect.objectContaining({ code: 'metadata/not-utf8', message: 'Author is not UTF-8.' }),
    ]);
  });

  it('is mild about License-File before 2.4, and about nothing else that is too new', () => {
    const findings = (text: string) =>
      validateMetadata(
        metadataView(parseMetadata(Buffer.from(VALID.replace('2.5', '1.0') + text))),
      );
    expect(findings('License-File: LICENSE\n')).toMatchObject([
      { code: 'metadata/field-too-new', severity: 'info', effect: 'advice' },
    ]);
    expect(findings('License-Expression: MIT\n')).toMatchObject([
      { code: 'metadata/field-too-new', severity: 'error', effect: 'index-rejects' },
    ]);
    expect(findings('Author: A\n\ndescription\n')).toEqual([]);
  });
});
