import {
  graphFigure,
  markup,
  type Graph,
  type GraphEdge,
  type GraphKind,
  type GraphNode,
} from '../../pages/index.ts';
import type { Audit } from '../audit.ts';
import { baseName, type AuditPart } from './words.ts';

const KINDS = {
  module: { title: 'module or program', plural: 'modules and programs' },
  carried: { title: 'library in the input', plural: 'libraries in the input' },
  system: { title: 'library of the system', plural: 'libraries of the system' },
  grafted: { title: 'library that a repair would take in', plural: 'libraries to take in' },
  unreachable: { title: 'in the input, but not found by the loader', plural: 'files not found' },
  missing: { title: 'found nowhere', plural: 'libraries found nowhere' },
} as const satisfies Readonly<Record<string, GraphKind>>;

type Kind = keyof typeof KINDS;

/** Who needs what, as a drawing. */
export function dependencies(audit: Audit): AuditPart | undefined {
  const graph = graphOf(audit);
  if (graph.edges.length === 0) return undefined;
  return {
    id: 'dependencies',
    title: 'Who needs what',
    body: markup`<p class="soft">Without the C library, which nearly every file needs, and without arrows that others imply.</p>
${graphFigure(graph, { title: `Dependencies of ${baseName(audit.subject.path)}`, kinds: KINDS })}`,
  };
}

/** Parts of the C library. Nearly everything needs them, so arrows to them would say nothing and hide the others. */
const LIBC = /^(?:lib(?:c|m|dl|pthread|rt|util)\.so\.\d|libc\.musl-|libc\.so$)/;

/** Named as a library: not a module, though no other file needs it. */
const LIBRARY = /^lib.*\.so(?:\.|$)/;

/** Native files and the libraries they name, without the loader and the C library. */
function graphOf(audit: Audit): Graph {
  const loadable = audit.natives.filter(({ facts }) => facts.loadable);
  const links = loadable.flatMap(({ links: own }) => own);
  const targets = new Set(links.map(({ target }) => target));
  const unreachable = new Set(
    links.flatMap(({ kind, target }) => (kind === 'unreachable' ? [target] : [])),
  );
  const resolved = new Map(
    audit.externalLibraries.map(({ name, resolvedPath }) => [name, resolvedPath]),
  );
  const nodes = new Map<string, GraphNode & { readonly kind: Kind }>();
  for (const {
    facts: { path },
  } of loadable) {
    const isLibrary = targets.has(path) || LIBRARY.test(baseName(path));
    const kind = unreachable.has(path) ? 'unreachable' : isLibrary ? 'carried' : 'module';
    nodes.set(`file ${path}`, { id: `file ${path}`, label: shortName(path), kind, detail: path });
  }
  const edges: GraphEdge[] = [];
  for (const {
    facts: { path },
    links: own,
  } of loadable) {
    for (const { name, kind, target } of own) {
      if (kind === 'loader' || (kind === 'system' && LIBC.test(name))) continue;
      const id = target === undefined ? `library ${name}` : `file ${target}`;
      const found = kind === 'system' ? undefined : resolved.get(name);
      const node = nodes.get(id) ?? {
        id,
        label: name,
        kind: kind === 'system' ? 'system' : found === undefined ? 'missing' : 'grafted',
        ...(found === undefined ? {} : { detail: found }),
      };
      nodes.set(id, node);
      edges.push({ from: `file ${path}`, to: id, kind: node.kind });
    }
  }
  return { nodes: [...nodes.values()], edges };
}

/** The file's name without what every extension module of the interpreter ends in. */
function shortName(path: string): string {
  return baseName(path).replace(/\.(?:cpython-[^.]+|pypy\d*-[^.]+|abi3t?)\.so$/, '');
}
