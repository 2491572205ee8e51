/** A page with every component on it, for tests and for eyes: names of all lengths, hostile ones among them. */
import {
  breakable,
  contents,
  coverageMatrix,
  entries,
  graphFigure,
  markup,
  page,
  table,
  treemapFigure,
  type CoverageCell,
  type Html,
  type TreemapItem,
} from '../../src/pages/index.ts';

/** The names of the scrollable parts of the page, from top to bottom. */
export const REGIONS = {
  matrix: 'What pip finds for demo 2.1.0',
  graph: 'Dependencies of demo 2.1.0',
  treemap: 'Sizes of the files in demo 2.1.0',
  table: 'Baselines of x86_64, the oldest first',
} as const;

/** Runs nothing when the escaping holds. */
export const HOSTILE = '<img src=x onerror=alert(1)>\u202eos.so';

/** The whole document; the same bytes each time. */
export function demoPage(): string {
  const parts = [
    { id: 'coverage', title: 'Coverage', body: matrix() },
    { id: 'needs', title: 'Who needs what', body: graph() },
    { id: 'sizes', title: 'What makes the size', body: treemap() },
    { id: 'baselines', title: 'Baselines', body: baselines() },
    { id: 'findings', title: 'Findings', body: findings() },
  ];
  return page({
    title: 'demo 2.1.0',
    description: 'Every component of the pages of wheelworks.',
    body: markup`<h1>demo 2.1.0</h1>
<p class="verdict">Meets manylinux_2_28_x86_64. <span class="bad">manylinux_2_17_x86_64 does not hold.</span></p>
${contents(parts)}
${parts.map(({ id, title, body }) => markup`<section id="${id}"><h2>${title}</h2>${body}</section>\n`)}`,
    note: 'Made by a test.',
  });
}

function matrix(): Html {
  const file = (python: string, platform: string): string =>
    `demo-2.1.0-${python}-${platform.replaceAll(' ', '_')}.whl`;
  return coverageMatrix({
    caption: REGIONS.matrix,
    pythons: [
      'CPython 3.9',
      'CPython 3.10',
      'CPython 3.12',
      'CPython 3.14',
      'CPython 3.14t',
      'PyPy 3.11',
    ],
    platforms: [
      'Linux x86_64',
      'Linux aarch64',
      'Linux loongarch64',
      'musl x86_64',
      'macOS arm64',
      'Windows x64',
    ],
    cellOf: (python, platform): CoverageCell => {
      if (python === 'CPython 3.14t') return { kind: 'nothing' };
      if (python === 'PyPy 3.11' || platform === 'Linux loongarch64') return { kind: 'sdist' };
      const wheel = { kind: 'wheel', file: file(python, platform) } as const;
      if (python === 'CPython 3.9') return wheel;
      return {
        ...wheel,
        note: 'abi3',
        href: `files/${file('cp310', platform).replaceAll(' ', '')}`,
      };
    },
  });
}

function graph(): Html {
  const modules = ['_core', '_linalg', '_a_module_with_quite_a_long_name_indeed'];
  const nodes = [
    ...modules.map((name) => ({
      label: `${name}.cpython-312-x86_64-linux-gnu.so`,
      kind: 'module',
    })),
    ...Array.from({ length: 40 }, (_, index) => ({ label: `_ext${index}.so`, kind: 'module' })),
    { label: HOSTILE, kind: 'module' },
    { label: 'libopenblas-r0-11edc3fa.3.15.so', kind: 'carried' },
    { label: 'libgfortran-8a9d71bc.so.5.0.0', kind: 'carried' },
    { label: 'libz.so.1', kind: 'system' },
    { label: 'libstdc++.so.6', kind: 'grafted' },
    { label: 'libinside.so', kind: 'unreachable' },
    { label: 'libnowhere.so.3', kind: 'missing' },
  ].map((node) => ({ ...node, id: node.label }));
  const [core = '', linalg = '', long = ''] = nodes.map(({ id }) => id);
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const edges = [
    [core, 'libz.so.1'],
    [core, 'libstdc++.so.6'],
    [linalg, 'libopenblas-r0-11edc3fa.3.15.so'],
    ['libopenblas-r0-11edc3fa.3.15.so', 'libgfortran-8a9d71bc.so.5.0.0'],
    ['libgfortran-8a9d71bc.so.5.0.0', 'libz.so.1'],
    [long, 'libnowhere.so.3'],
    [long, 'libinside.so'],
    [HOSTILE, 'libz.so.1'],
    ...Array.from({ length: 40 }, (_, index) => [`_ext${index}.so`, 'libstdc++.so.6'] as const),
  ].map(([from = '', to = '']) => ({ from, to, kind: kinds.get(to) ?? 'system' }));
  return graphFigure(
    { nodes, edges },
    {
      title: REGIONS.graph,
      kinds: {
        module: { title: 'module', plural: 'modules' },
        carried: { title: 'library in the wheel', plural: 'libraries' },
        system: { title: 'library of the system', plural: 'libraries' },
        grafted: { title: 'library to take in', plural: 'libraries' },
        unreachable: { title: 'in the wheel, but not found', plural: 'libraries' },
        missing: { title: 'found nowhere', plural: 'libraries' },
      },
    },
  );
}

function treemap(): Html {
  const items: readonly TreemapItem[] = [
    { path: 'demo.libs/libopenblas-r0-11edc3fa.3.15.so', size: 38_412_776, kind: 'native' },
    { path: 'demo.libs/libgfortran-8a9d71bc.so.5.0.0', size: 2_711_345, kind: 'native' },
    { path: `demo/${HOSTILE}`, size: 4_100_000, kind: 'native' },
    { path: 'demo/data/table.bin', size: 9_000_001, kind: 'other' },
    ...Array.from({ length: 30 }, (_, index): TreemapItem => ({
      path: `demo/module_${index}.so`,
      size: 200_000 + index * 40_000,
      kind: 'native',
    })),
    ...Array.from({ length: 2000 }, (_, index): TreemapItem => ({
      path: `demo/tests/test_${index}.py`,
      size: 900 + index,
      kind: 'other',
    })),
  ];
  return treemapFigure(items, {
    title: REGIONS.treemap,
    kinds: { native: 'native files', other: 'other files', rest: 'many small files' },
  });
}

function baselines(): Html {
  return table({
    caption: REGIONS.table,
    columns: [
      { title: 'tag', short: true },
      { title: 'verdict' },
      { title: 'because of' },
      { title: 'files in the way', numeric: true },
    ],
    rows: [
      [
        'manylinux_2_17_x86_64',
        markup`<span class="bad">3 obstacles</span>`,
        markup`<code>GLIBC_2.25</code> of libc.so.6`,
        12,
      ],
      ['manylinux_2_28_x86_64', markup`<span class="good">met</span>`, '', ''],
      ['manylinux_2_34_x86_64', markup`<span class="good">met</span>`, '', 1_234],
    ],
    marked: 1,
  });
}

function findings(): Html {
  return entries([
    {
      term: markup`<span class="bad">error</span> <code>audit/executable-stack</code>`,
      lines: [
        breakable(`demo/${HOSTILE}`),
        'Asks for an executable stack; Linux with SELinux refuses to load it.',
      ],
    },
    {
      term: markup`<span class="warn">warning</span> <code>audit/text-relocations</code>`,
      lines: ['Has text relocations.', markup`<span class="soft">Build with -fPIC.</span>`],
    },
  ]);
}
