/** Audits as one self-contained page: `audit --markup`. */
import {
  graphFigure,
  markup,
  page,
  table,
  treemapFigure,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type Html,
} from '../pages/index.ts';
import { formatBytes } from '../support/progress/format.ts';
import type { Finding } from '../support/finding.ts';
import type { Audit, AuditedNative } from './audit.ts';
import { explainTag, nextStricter, type Explanation } from './explain.ts';
import { loosestBlockers } from './tags.ts';

/** The page; the same audits give the same bytes. */
export function auditPage(audits: readonly Audit[]): string {
  const [only] = audits;
  const title =
    audits.length === 1 && only !== undefined
      ? `Audit of ${baseName(only.subject.path)}`
      : `Audit of ${audits.length} inputs`;
  return page({
    title,
    description: `${title}: which baselines the native files meet, and what stops them at a stricter one.`,
    body: markup`${
      audits.length !== 1 &&
      markup`<h1>${title}</h1>
        ${overview(audits)}`
    }${audits.map((audit, index) => section(audit, index, audits.length === 1))}`,
  });
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function overview(audits: readonly Audit[]): Html {
  return table({
    caption: 'What each input meets',
    columns: [
      { title: 'input' },
      { title: 'meets' },
      { title: 'claims' },
      { title: 'native files', numeric: true },
      { title: 'errors', numeric: true },
      { title: 'warnings', numeric: true },
    ],
    rows: audits.map((audit, index) => [
      markup`<a href="#audit-${index}">${baseName(audit.subject.path)}</a>`,
      audit.overallTag ?? 'no Linux baseline',
      claimsText(audit),
      audit.subject.natives.length,
      count(audit, 'error'),
      count(audit, 'warning'),
    ]),
  });
}

function count({ findings }: Audit, severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function claimsText({ claims }: Audit): Html {
  const judged = claims.filter(({ holds }) => holds !== undefined);
  if (judged.length === 0) return markup`<span class="soft">none</span>`;
  const broken = judged.filter(({ holds }) => holds === false);
  return broken.length === 0
    ? markup`<span class="good">hold</span>`
    : markup`<span class="bad">${broken.map(({ tag }) => tag).join(', ')} does not hold</span>`;
}

function section(audit: Audit, index: number, isOnly: boolean): Html {
  const name = baseName(audit.subject.path);
  return markup`<section id="audit-${index}" aria-label="${name}">
    ${isOnly ? markup`<h1>${name}</h1>` : markup`<h2>${name}</h2>`}
    ${verdict(audit)}${facts(audit)}${obstacles(audit)}${baselineTable(audit)}${dependencies(audit)}${sizes(audit)}${nativeTable(audit)}${findingList(audit.findings)}
  </section> `;
}

function verdict(audit: Audit): Html {
  const { overallTag, claims, architectures } = audit;
  if (overallTag === undefined) {
    const why =
      architectures.length > 1
        ? `It holds native files for ${architectures.join(', ')}: no one tag fits.`
        : 'It holds nothing that a Linux loader loads.';
    return markup`<p class="verdict">${why}</p>`;
  }
  const broken = claims.filter(({ holds }) => holds === false);
  const held = claims.some(({ holds }) => holds === true);
  return markup`<p class="verdict">
    Meets
    ${overallTag}.${
      broken.length > 0
        ? markup` <span class="bad">${broken.map(({ tag }) => tag).join(', ')} does not hold.</span>`
        : held && markup` <span class="good">Every claim holds.</span>`
    }
  </p> `;
}

function facts(audit: Audit): Html {
  const { subject, aliases, symbolTag, overallTag, repairTag, architecture, libc, graft } = audit;
  const bytes = subject.natives.reduce((sum, { size }) => sum + size, 0);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['also called', aliases.length === 0 ? undefined : aliases.join(', ')],
    ['claims', subject.tags?.platforms.join(', ')],
    ['by symbols alone', symbolTag === overallTag ? undefined : symbolTag],
    [
      'a repair would reach',
      repairTag === undefined || repairTag === overallTag ? undefined : repairTag,
    ],
    [
      'it would take in',
      graft === undefined || graft.libraries.length === 0
        ? undefined
        : `${graft.libraries.length} libraries, ${formatBytes(graft.libraries.reduce((sum, { size }) => sum + size, 0))}`,
    ],
    [
      'native files',
      `${subject.natives.length}, ${formatBytes(bytes)}${architecture === undefined ? '' : `, ${architecture}, ${libc ?? ''}`}`,
    ],
  ];
  return markup`<dl>
    ${rows.map(
      ([label, text]) =>
        text !== undefined &&
        markup`<dt>${label}</dt>
          <dd>${text}</dd>`,
    )}
  </dl> `;
}

/** Files and symbols named in a row. */
const MOST_NAMED = 4;

function obstacles(audit: Audit): Html {
  const next = nextStricter(audit);
  if (next === undefined || next.holds) return markup``;
  return markup`<h3>What stops ${next.tag}</h3>
    ${obstacleTable(next)}`;
}

function obstacleTable({ tag, obstacles: all }: Explanation): Html {
  return table({
    caption: `${all.length === 1 ? 'One obstacle' : `${all.length} obstacles`} on the way to ${tag}`,
    columns: [
      { title: 'obstacle' },
      { title: 'because of' },
      { title: 'in' },
      { title: 'what to do' },
    ],
    rows: all.map(({ kind, library, version, symbols, files, detail, remedy }) => [
      kind === 'symbol' && version !== undefined && library !== undefined
        ? markup`<code>${version}</code> of ${library}`
        : detail,
      symbols.length === 0 ? '' : markup`<code>${few(symbols)}</code>`,
      few(files),
      remedy,
    ]),
  });
}

function few(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ');
  return `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
}

function baselineTable(audit: Audit): Html {
  if (audit.verdicts.length === 0) return markup``;
  return markup`<h3>Baselines</h3>
    ${table({
      caption:
        'Every baseline of the architecture, the oldest first: the older, the more systems it is met by',
      columns: [
        { title: 'tag' },
        { title: 'verdict' },
        { title: 'files in the way', numeric: true },
      ],
      rows: audit.verdicts.map(({ tag, blockers }) => {
        const files = new Set(blockers.map(({ path }) => path)).size;
        const causes = explainTag(audit, tag)?.obstacles.length ?? 0;
        return [
          tag,
          blockers.length === 0
            ? markup`<span class="good">met</span>`
            : markup`<span class="bad">${causes === 1 ? '1 obstacle' : `${causes} obstacles`}</span>`,
          files === 0 ? '' : files,
        ];
      }),
    })}`;
}

const KINDS = {
  module: 'module or program',
  carried: 'library in the input',
  system: 'library of the system',
  grafted: 'library a repair would take in',
  unreachable: 'in the input, but not found',
  missing: 'found nowhere',
};

function dependencies(audit: Audit): Html {
  const graph = graphOf(audit);
  if (graph.edges.length === 0) return markup``;
  return markup`<h3>Who needs what</h3>
    <p class="soft">The C library, which nearly every file needs, is left out, and so are arrows that others imply.</p>
    ${graphFigure(graph, { title: `Dependencies of ${baseName(audit.subject.path)}`, kinds: KINDS })}`;
}

/** Parts of the C library. Nearly everything needs them, so arrows to them would say nothing and hide the others. */
const LIBC = /^(?:lib(?:c|m|dl|pthread|rt|util)\.so\.\d|libc\.musl-|libc\.so$)/;

/** Native files and the libraries they name, without the loader and the C library. */
function graphOf(audit: Audit): Graph {
  const loadable = audit.natives.filter(({ facts: { loadable: isLoadable } }) => isLoadable);
  const targets = new Set(loadable.flatMap(({ links }) => links.map(({ target }) => target)));
  const unreachable = new Set(
    loadable.flatMap(({ links }) =>
      links.flatMap(({ kind, target }) => (kind === 'unreachable' ? (target ?? []) : [])),
    ),
  );
  const nodes = new Map<string, GraphNode>();
  for (const {
    facts: { path },
  } of loadable) {
    const kind = unreachable.has(path) ? 'unreachable' : targets.has(path) ? 'carried' : 'module';
    nodes.set(`file ${path}`, { id: `file ${path}`, label: baseName(path), kind, detail: path });
  }
  const edges: GraphEdge[] = [];
  for (const {
    facts: { path },
    links,
  } of loadable) {
    for (const { name, kind, target } of links) {
      if (kind === 'loader' || (kind === 'system' && LIBC.test(name))) continue;
      const id = target === undefined ? `library ${name}` : `file ${target}`;
      if (!nodes.has(id)) nodes.set(id, { id, label: name, kind: libraryKind(audit, name, kind) });
      edges.push({ from: `file ${path}`, to: id, kind: nodes.get(id)?.kind ?? 'system' });
    }
  }
  return { nodes: [...nodes.values()], edges };
}

function libraryKind(audit: Audit, name: string, kind: string): string {
  if (kind === 'system') return 'system';
  const external = audit.externalLibraries.find((library) => library.name === name);
  return external?.resolvedPath === undefined ? 'missing' : 'grafted';
}

function sizes({ subject }: Audit): Html {
  const natives = new Set(subject.natives.map(({ path }) => path));
  const items = subject.members.map(({ path, size }) => ({
    path,
    size,
    kind: natives.has(path) ? 'native' : 'other',
  }));
  if (items.length < 2) return markup``;
  return markup`<h3>What makes the size</h3>
    ${treemapFigure(items, `Sizes of the files in ${baseName(subject.path)}, unpacked`)}`;
}

function nativeTable(audit: Audit): Html {
  if (audit.natives.length === 0) return markup``;
  const blockers = loosestBlockers(audit.verdicts);
  const order = new Map(audit.verdicts.map(({ tag }, index) => [tag, index]));
  const rank = ({ tag }: AuditedNative): number =>
    tag === undefined ? -1 : (order.get(tag) ?? Infinity);
  const sorted = [...audit.natives].sort((left, right) => rank(right) - rank(left));
  return markup`<h3>Native files</h3>
    ${table({
      caption: 'Each file with the best tag it meets by itself, the neediest first',
      columns: [
        { title: 'file' },
        { title: 'meets' },
        { title: 'size', numeric: true },
        { title: 'stopped further by' },
      ],
      rows: sorted.map((native) => {
        const { facts: native_, tag } = native;
        const stops = blockers.filter(({ path }) => path === native_.path);
        return [
          markup`<code>${native_.path}</code>`,
          native_.problem === undefined
            ? (tag ?? markup`<span class="soft">not loaded by Linux</span>`)
            : markup`<span class="bad">damaged: ${native_.problem.message}</span>`,
          formatBytes(native_.size),
          few(
            stops.map(({ version, library, detail }) =>
              version === undefined ? (library ?? detail) : version,
            ),
          ),
        ];
      }),
    })}`;
}

const RANK = { error: 0, warning: 1, info: 2 } as const;
const STYLES = { error: 'bad', warning: 'warn', info: 'soft' } as const;

function findingList(findings: readonly Finding[]): Html {
  if (findings.length === 0) return markup``;
  const sorted = [...findings].sort((left, right) => RANK[left.severity] - RANK[right.severity]);
  return markup`<h3>Findings</h3>
    ${table({
      caption: 'Errors first',
      columns: [
        { title: 'finding' },
        { title: 'what' },
        { title: 'where' },
        { title: 'what to do' },
      ],
      rows: sorted.map(({ severity, code, message, path, evidence, hint }) => [
        markup`<span class="${STYLES[severity]}">${severity}</span> <code>${code}</code>`,
        message,
        markup`${path !== undefined && markup`<code>${path}</code>`}${evidence !== undefined && markup` ${evidence}`}`,
        hint ?? '',
      ]),
    })}`;
}
