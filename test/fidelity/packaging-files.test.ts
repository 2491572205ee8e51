/** The small files of real wheels: read, printed, compared with what pypa/packaging recorded of the same bytes. */
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatEntryPoints, parseEntryPoints } from '../../src/packaging/entry-points.ts';
import { formatWheelFilename, parseWheelFilename } from '../../src/packaging/filename.ts';
import {
  addHeader,
  metadataView,
  parseMetadata,
  printMetadata,
  removeHeader,
} from '../../src/packaging/metadata.ts';
import { normalizeName } from '../../src/packaging/name.ts';
import { formatRecord, parseRecord } from '../../src/packaging/record.ts';
import { formatTag } from '../../src/packaging/tag.ts';
import { compareVersions, parseVersion } from '../../src/packaging/version.ts';
import { parseWheelFile, withWheelTags } from '../../src/packaging/wheel-file.ts';
import { sha256 } from '../../src/support/hash.ts';
import { localWheels } from '../support/local-wheels.ts';
import { rawFields } from '../support/raw-metadata.ts';
import { packagingVectors } from '../support/vectors.ts';

const wheels = localWheels();
const SKIP = 'no local wheels: pip is configured with no index or find-links folder on this disk';

/** One line of JSON a wheel: the files of its .dist-info folder that are looked at, as base64. */
const READ = `
import base64, json, sys, zipfile
WANTED = {"METADATA", "WHEEL", "RECORD", "entry_points.txt"}
for wheel in map(str.strip, sys.stdin):
    with zipfile.ZipFile(wheel) as archive:
        files = {}
        for name in archive.namelist():
            folder, _, file = name.partition("/")
            if folder.endswith(".dist-info") and file in WANTED:
                files[file] = base64.b64encode(archive.read(name)).decode()
                files["folder"] = folder
    print(json.dumps(files))
`;

interface SmallFiles {
  readonly wheel: string;
  readonly folder: string;
  readonly metadata: Buffer;
  readonly wheelFile: Buffer;
  readonly record: Buffer;
  readonly entryPoints: string | undefined;
}

interface Recorded {
  readonly sha256: string;
  readonly raw: ReturnType<typeof rawFields>;
  readonly descriptionSha256: string | null;
}

let cached: readonly SmallFiles[] | undefined;

/** Read once, when the first test needs them. */
function smallFiles(): readonly SmallFiles[] {
  cached ??= execFileSync('python3', ['-c', READ], {
    input: wheels.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
    .trim()
    .split('\n')
    .map((line, index) => {
      const files = JSON.parse(line) as Record<string, string | undefined>;
      const bytes = (name: string): Buffer => Buffer.from(files[name] ?? '', 'base64');
      return {
        wheel: basename(wheels[index] ?? ''),
        folder: files['folder'] ?? '',
        metadata: bytes('METADATA'),
        wheelFile: bytes('WHEEL'),
        record: bytes('RECORD'),
        entryPoints:
          files['entry_points.txt'] === undefined
            ? undefined
            : bytes('entry_points.txt').toString(),
      };
    });
  return cached;
}

/** The wheels for which `holds` does not hold, so that a failure names them all. */
function exceptions(holds: (files: SmallFiles) => boolean): string[] {
  return smallFiles()
    .filter((files) => !holds(files))
    .map(({ wheel }) => wheel);
}

describe.skipIf(wheels.length === 0)(`every local wheel (${wheels.length || SKIP})`, () => {
  it('has metadata that is printed as it was read, also after a change is taken back', () => {
    expect(
      exceptions(({ metadata }) => {
        const document = parseMetadata(metadata);
        const changed = addHeader(document, 'X-Wheelworks', 'a');
        const restored = removeHeader(parseMetadata(printMetadata(changed)), 'X-Wheelworks');
        return metadata.equals(printMetadata(document)) && metadata.equals(printMetadata(restored));
      }),
    ).toEqual([]);
  });

  it('has metadata whose fields are those that packaging recorded', (context) => {
    const { documents } = packagingVectors('metadata-real.json') as { documents: Recorded[] };
    const recorded = new Map(documents.map((document) => [document.sha256, document]));
    const here = smallFiles().filter(({ metadata }) => recorded.has(sha256(metadata)));
    if (here.length === 0) context.skip('none of the recorded wheels is here');
    for (const { metadata, wheel } of here) {
      const { description, ...fields } = rawFields(metadataView(parseMetadata(metadata)));
      const digest = typeof description === 'string' ? sha256(description) : null;
      const { raw, descriptionSha256 } = recorded.get(sha256(metadata)) ?? {};
      expect({ wheel, fields, digest }).toEqual({ wheel, fields: raw, digest: descriptionSha256 });
    }
  });

  it('has a name that says the same as its metadata, and is written as it was read', () => {
    expect(
      exceptions(({ wheel, metadata }) => {
        const name = parseWheelFilename(wheel);
        const view = metadataView(parseMetadata(metadata));
        return (
          formatWheelFilename(name) === wheel &&
          name.normalizedName === normalizeName(view.name ?? '') &&
          compareVersions(name.version, parseVersion(view.version ?? '')) === 0
        );
      }),
    ).toEqual([]);
  });

  it('has a WHEEL file that can be given its own tags without a change', () => {
    expect(
      exceptions(({ wheelFile }) => {
        const wheel = parseWheelFile(wheelFile);
        const tags = wheel.tags.map((tag) => {
          const [interpreter = '', abi = '', platform = ''] = tag.split('-');
          return { interpreter, abi, platform };
        });
        return (
          tags.map(formatTag).join() === wheel.tags.join() &&
          wheelFile.equals(printMetadata(withWheelTags(wheel, tags).document))
        );
      }),
    ).toEqual([]);
  });

  it('has a RECORD without findings, which sorted and written again says the same', () => {
    expect(
      exceptions(({ record, folder }) => {
        const { entries, findings } = parseRecord(record);
        const path = `${folder}/RECORD`;
        const again = parseRecord(Buffer.from(formatRecord(entries, path)));
        const sizes = (list: typeof entries): string[] =>
          list.map((entry) => `${entry.path} ${entry.hash?.digest} ${entry.size}`).sort();
        return (
          findings.length === 0 &&
          again.findings.length === 0 &&
          sizes(again.entries).join('\n') === sizes(entries).join('\n')
        );
      }),
    ).toEqual([]);
  });

  it('has entry points that can be written and read back', () => {
    expect(
      exceptions(({ entryPoints }) => {
        if (entryPoints === undefined) return true;
        const groups = parseEntryPoints(entryPoints);
        return (
          JSON.stringify(parseEntryPoints(formatEntryPoints(groups))) === JSON.stringify(groups)
        );
      }),
    ).toEqual([]);
  });
});
