import { describe, expect, it } from 'vitest';
import {
  metadataView,
  parseMetadata,
  UPLOAD_FIELDS,
  uploadMetadata,
} from '../../src/packaging/index.ts';

function formOf(text: string): readonly (readonly [string, string])[] {
  return uploadMetadata(metadataView(parseMetadata(Buffer.from(text))));
}

describe('the form of an upload', () => {
  it('has every field under the name that the index knows', () => {
    const form = formOf(
      [
        'Metadata-Version: 2.5',
        'Name: Spam',
        'Version: 1.0',
        'Keywords: a, b',
        'Classifier: A',
        'Classifier: B',
        'Project-URL: Docs, https://example.org',
        'Platform: any',
        'License-File: LICENSE',
        'Import-Name: spam',
        'Requires-Dist: ham',
        'Description-Content-Type: text/markdown',
        '',
        '# Spam',
      ].join('\n'),
    );
    expect(form).toEqual([
      ['metadata_version', '2.5'],
      ['name', 'Spam'],
      ['version', '1.0'],
      ['description', '# Spam'],
      ['description_content_type', 'text/markdown'],
      ['keywords', 'a,b'],
      ['classifiers', 'A'],
      ['classifiers', 'B'],
      ['project_urls', 'Docs, https://example.org'],
      ['requires_dist', 'ham'],
      ['platform', 'any'],
      ['license_file', 'LICENSE'],
      ['import_name', 'spam'],
    ]);
  });

  it('leaves out licence files where the metadata is older than they are', () => {
    const text = 'Name: spam\nVersion: 1.0\nLicense-File: LICENSE\n';
    const names = (version: string): readonly string[] =>
      formOf(`Metadata-Version: ${version}\n${text}`).map(([name]) => name);
    expect(names('2.3')).not.toContain('license_file');
    expect(names('2.4')).toContain('license_file');
  });

  it('names each field once', () => {
    expect(new Set(UPLOAD_FIELDS.map(({ name }) => name)).size).toBe(UPLOAD_FIELDS.length);
    expect(new Set(UPLOAD_FIELDS.map(({ header }) => header)).size).toBe(UPLOAD_FIELDS.length);
  });
});
