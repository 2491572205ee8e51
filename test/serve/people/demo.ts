/** A server with a project of many wheels, one of hostile names and a log of uploads, for tests and for eyes. */
import { createHash } from 'node:crypto';
import { normalizeName, type FormEntry } from '../../../src/packaging/index.ts';
import type { Site, UploadAttempt } from '../../../src/serve/people/index.ts';
import type { Violation } from '../../../src/serve/rules/model.ts';
import type {
  IndexState,
  StoredFile,
  StoredProject,
  StoredRelease,
} from '../../../src/serve/state.ts';

/** Runs nothing when the escaping holds. */
export const HOSTILE = '<script>alert(1)</script>"onmouseover=alert(2) x=\'';

export const SITE: Site = {
  url: 'http://127.0.0.1:8080/',
  rules: 'pypi',
  fileUrl: ({ filename }) => `/files/${encodeURIComponent(filename)}`,
  provenanceUrl: ({ project, version, filename }) =>
    `/integrity/${[project, version, filename].map(encodeURIComponent).join('/')}/provenance`,
};

/** A file as an upload leaves it. */
export function fileOf(filename: string, more: Partial<StoredFile> = {}): StoredFile {
  const [project = '', version = ''] = filename.replace(/\.tar\.gz$/, '').split('-');
  const sha256 = createHash('sha256').update(filename).digest('hex');
  const isWheel = filename.endsWith('.whl');
  return {
    filename,
    project: normalizeName(project),
    version,
    kind: isWheel ? 'wheel' : 'sdist',
    size: 1_000_000 + (Number.parseInt(sha256.slice(0, 6), 16) % 9_000_000),
    sha256,
    blake2b256: sha256,
    md5: sha256.slice(0, 32),
    uploadTime: '2026-11-20T09:14:03.000000Z',
    ...(isWheel ? { metadataSha256: sha256 } : {}),
    uploader: 'GitHub demo/gridflow',
    ...more,
  };
}

/** A project with these files; every version gets the metadata. */
export function projectOf(
  name: string,
  files: readonly StoredFile[],
  more: Partial<StoredProject> & { readonly metadata?: readonly FormEntry[] } = {},
): StoredProject {
  const { metadata = [], ...rest } = more;
  const releases = new Map<string, StoredRelease>();
  for (const { version, uploadTime } of files)
    if (!releases.has(version))
      releases.set(version, {
        version,
        created: uploadTime,
        metadata: [['name', name], ['version', version], ...metadata],
      });
  return {
    name,
    normalizedName: normalizeName(name),
    created: '2026-01-05T08:00:00.000000Z',
    owners: ['*'],
    releases,
    files: new Map(files.map((file) => [file.filename, file])),
    ...rest,
  };
}

export function stateOf(...projects: readonly StoredProject[]): IndexState {
  const files = projects.flatMap((project) => [...project.files.values()]);
  return {
    projects: new Map(projects.map((project) => [project.normalizedName, project])),
    deletedFilenames: new Set(),
    prohibitedNames: new Set(),
    file: (filename) => files.find((file) => file.filename === filename),
    fileByContent: (digest) => files.find(({ blake2b256 }) => blake2b256 === digest),
  };
}

const PLATFORMS = [
  'manylinux_2_27_x86_64.manylinux_2_28_x86_64',
  'manylinux_2_27_aarch64.manylinux_2_28_aarch64',
  'musllinux_1_2_x86_64',
  'musllinux_1_2_aarch64',
  'macosx_11_0_arm64',
  'macosx_10_13_x86_64',
  'win_amd64',
  'win_arm64',
];

const README = `# gridflow

[![Build](https://example.org/badge.svg)](https://example.org/build) Streaming joins over **columnar** data, in native code.

## Use

\`\`\`python
import gridflow

for batch in gridflow.join("orders.arrow", "customers.arrow", on="customer_id", how="left", prefetch=4):
    print(batch.num_rows)
\`\`\`

| Option | Default | What it does |
| --- | --- | --- |
| \`on\` | none | the columns that rows are joined by |
| \`prefetch\` | 2 | batches that are read ahead |

> Batches are views: copy what is to be kept.

1. Install it.
2. [Read the guide](https://example.org/guide).

<script>alert(3)</script> <a href="javascript:alert(4)">odd</a>
`;

export const GRIDFLOW_METADATA: readonly FormEntry[] = [
  ['summary', 'Streaming joins over columnar data'],
  ['description', README],
  ['description_content_type', 'text/markdown'],
  ['license_expression', 'Apache-2.0 OR MIT'],
  ['requires_python', '>=3.10'],
  ['author_email', 'Ada Example <ada@example.org>'],
  ['keywords', 'joins,arrow,streaming'],
  ['project_urls', 'Documentation, https://example.org/docs'],
  ['project_urls', 'Changelog, https://example.org/changes'],
  ['project_urls', 'Source, https://example.org/source'],
  ['classifiers', 'Programming Language :: Rust'],
  ['classifiers', 'Operating System :: OS Independent'],
  ['provides_extra', 'plot'],
  ['requires_dist', 'numpy>=2.0'],
  ['requires_dist', 'tiny-helper~=1.2; python_version < "3.12"'],
  ['requires_dist', 'matplotlib>=3.9; extra == "plot"'],
];

function gridflowFiles(): readonly StoredFile[] {
  const pythons = ['cp310', 'cp311', 'cp312', 'cp313', 'cp314'];
  const times = { uploadTime: '2026-11-20T09:14:03.000000Z', requiresPython: '>=3.10' };
  const newest = PLATFORMS.flatMap((platform) =>
    pythons
      .filter((python) => platform !== 'win_arm64' || python > 'cp311')
      .map((python) =>
        fileOf(`gridflow-2.1.0-${python}-${python}-${platform}.whl`, {
          ...times,
          ...(platform.includes('linux') ? { hasProvenance: true } : {}),
        }),
      ),
  );
  return [
    fileOf('gridflow-2.1.0.tar.gz', times),
    ...newest,
    fileOf('gridflow-2.2.0rc1-cp313-cp313-macosx_11_0_arm64.whl', {
      uploadTime: '2026-11-27T16:40:00.000000Z',
    }),
    fileOf('gridflow-2.0.1.tar.gz', { uploadTime: '2026-09-02T11:00:00.000000Z' }),
    fileOf('gridflow-2.0.1-cp310-abi3-win_amd64.whl', {
      uploadTime: '2026-09-02T11:01:00.000000Z',
    }),
    fileOf('gridflow-2.0.0.tar.gz', {
      uploadTime: '2026-08-30T10:00:00.000000Z',
      yanked: 'joins lose rows where keys are null',
    }),
  ];
}

export const GRIDFLOW: StoredProject = projectOf('GridFlow', gridflowFiles(), {
  metadata: GRIDFLOW_METADATA,
});

export const STATE: IndexState = stateOf(
  GRIDFLOW,
  projectOf(
    'tiny-helper',
    [fileOf('tiny_helper-1.2.3-py3-none-any.whl', { uploadTime: '2026-10-01T10:00:00.000000Z' })],
    {
      metadata: [['summary', 'Small things that every project writes again']],
      status: { status: 'archived', reason: 'Use the standard library.' },
    },
  ),
  projectOf(
    'grid-plot',
    [fileOf('grid_plot-0.4.0b2.tar.gz', { uploadTime: '2026-11-19T23:59:59.000000Z' })],
    {
      metadata: [['summary', 'Plots for GridFlow']],
    },
  ),
);

/** What an upload breaks, one of every kind. */
export const VIOLATIONS: readonly Violation[] = [
  {
    rule: 'upload/platform-tag',
    status: 400,
    message:
      "Binary wheel 'gridflow-2.1.0-cp314-cp314-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.",
    effect: 'index-rejects',
    evidence: 'linux_x86_64',
    hint: 'Repair the wheel: wheelworks repair FILE',
  },
  {
    rule: 'metadata/license-file-missing',
    status: 200,
    message: 'License-File LICENSE.txt is not in the wheel.',
    effect: 'index-warns',
    evidence: 'gridflow-2.1.0.dist-info/licenses/LICENSE.txt',
  },
  {
    rule: 'wheel/not-importable',
    status: 200,
    message: 'The extension module is in a folder that no package has.',
    effect: 'users-break',
    hint: 'Move it below gridflow/.',
  },
  {
    rule: 'metadata/no-project-urls',
    status: 200,
    message: 'Nothing tells where the source is.',
    effect: 'advice',
  },
];

export function attemptOf(id: string, more: Partial<UploadAttempt> = {}): UploadAttempt {
  return {
    id,
    time: '2026-11-20T09:14:03.000000Z',
    filename: 'gridflow-2.1.0-cp313-cp313-win_amd64.whl',
    size: 2_345_678,
    client: 'twine/6.2.0 pkginfo/1.12 requests/2.32 CPython/3.13.1',
    sender: 'token 1',
    judgement: { status: 200, message: 'OK', isThere: false, violations: [] },
    form: new Map(),
    ...more,
  };
}

const REFUSED = attemptOf('u4', {
  time: '2026-11-20T09:15:41.000000Z',
  filename: 'gridflow-2.1.0-cp314-cp314-linux_x86_64.whl',
  judgement: {
    status: 400,
    message: VIOLATIONS[0]?.message ?? '',
    rule: 'upload/platform-tag',
    isThere: false,
    violations: VIOLATIONS,
  },
  form: new Map([
    [':action', ['file_upload']],
    ['protocol_version', ['1']],
    ['name', ['GridFlow']],
    ['version', ['2.1.0']],
    ...[...new Set(GRIDFLOW_METADATA.map(([name]) => name))].map(
      (name) =>
        [
          name,
          GRIDFLOW_METADATA.flatMap(([field, value]) => (field === name ? [value] : [])),
        ] as const,
    ),
    ['filetype', ['bdist_wheel']],
    ['pyversion', ['cp314']],
    ['sha256_digest', ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08']],
  ]),
});

export const UPLOADS: readonly UploadAttempt[] = [
  attemptOf('u5', {
    client: 'wheelworks/0.1.0',
    time: '2026-11-20T09:16:00.000000Z',
    judgement: { status: 200, message: 'OK', isThere: true, violations: [] },
  }),
  REFUSED,
  attemptOf('u3', {
    judgement: { status: 200, message: 'OK', isThere: false, violations: VIOLATIONS.slice(3) },
  }),
  attemptOf('u2', { filename: 'gridflow-2.1.0.tar.gz', client: 'uv/0.9.1' }),
];
