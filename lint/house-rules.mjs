/**
 * The import arrows and the pure-core rule of docs/architecture.md, and what start-up must not load, as lint rules.
 *
 * `layers`: a file may import only from the folders that LAYERS names for its own top folder under src/.
 * `pure-core`: nothing below src/cli prints, reads the environment or exits.
 * `whole-schemas`: zod is imported as a namespace, of which the bundle keeps what is used.
 */

/** Folders that every feature may use. */
const FOUNDATION = new Set([
  'wheel',
  'binary',
  'archive',
  'packaging',
  'platform',
  'python',
  'pages',
  'support',
]);

/** Which features a feature may use, through their index.ts only. */
const FEATURES = {
  audit: ['baseline'],
  baseline: ['distro'],
  build: ['audit', 'check', 'plan', 'project', 'repair', 'split'],
  check: ['audit', 'index'],
  distro: [],
  explain: ['baseline'],
  index: [],
  inspect: ['openwrt'],
  openwrt: ['audit', 'build', 'index', 'project', 'unpack'],
  pack: [],
  plan: ['project'],
  project: [],
  promote: ['build', 'check', 'plan', 'project', 'split', 'versioning'],
  publish: ['check', 'index', 'promote', 'serve'],
  release: [
    'audit',
    'build',
    'check',
    'index',
    'plan',
    'project',
    'promote',
    'publish',
    'repair',
    'split',
    'versioning',
  ],
  repair: ['audit', 'baseline', 'distro'],
  retag: [],
  serve: ['check', 'index'],
  split: ['audit', 'project'],
  unpack: [],
  versioning: ['index', 'project'],
};

/** What each folder below the features may use, besides itself. */
const LAYERS = {
  support: [],
  packaging: ['support'],
  archive: ['support'],
  binary: ['support'],
  platform: ['support', 'packaging'],
  python: ['support', 'packaging'],
  pages: ['support', 'packaging'],
  wheel: ['binary', 'archive', 'packaging', 'support'],
};

function placeOf(filename) {
  const match = /(?:^|\/)src\/(.+)$/.exec(filename.replaceAll('\\', '/'));
  return match?.[1];
}

function resolveImport(fromPlace, specifier) {
  const parts = fromPlace.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Why `from` may not import `to` (both relative to src/), or undefined when it may. */
export function forbiddenImport(from, to) {
  const fromTop = from.includes('/') ? from.split('/')[0] : undefined;
  const toTop = to.includes('/') ? to.split('/')[0] : undefined;
  if (fromTop === undefined || fromTop === 'cli' || fromTop === toTop) return undefined;
  if (toTop === 'cli') return `src/${fromTop} may not import from src/cli: arrows point down.`;
  if (fromTop in LAYERS) {
    if (LAYERS[fromTop].includes(toTop)) return undefined;
    return `src/${fromTop} may import only from ${LAYERS[fromTop].join(', ') || 'nothing'}, not from src/${toTop}.`;
  }
  if (!(fromTop in FEATURES)) return `src/${fromTop} has no place in lint/house-rules.mjs.`;
  if (FOUNDATION.has(toTop)) return undefined;
  if (!FEATURES[fromTop].includes(toTop)) return `feature ${fromTop} may not use feature ${toTop}.`;
  if (to !== `${toTop}/index.ts`)
    return `feature ${toTop} is used through src/${toTop}/index.ts only.`;
  return undefined;
}

const layers = {
  create(context) {
    const from = placeOf(context.filename);
    if (from === undefined) return {};
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const reason = forbiddenImport(from, resolveImport(from, specifier));
      if (reason !== undefined) context.report({ node, message: reason });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const pureCore = {
  create(context) {
    const from = placeOf(context.filename);
    if (from === undefined || from.startsWith('cli/')) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== 'Identifier') return;
        const name = `${node.object.name}.${node.property.name ?? ''}`;
        const impure =
          node.object.name === 'console' ||
          /^process\.(env|exit|exitCode|argv|stdin|stdout|stderr)$/.test(name);
        if (impure) {
          context.report({
            node,
            message: `${name} belongs to src/cli: the core returns data, emits events and takes the environment as an argument.`,
          });
        }
      },
    };
  },
};

const wholeSchemas = {
  create(context) {
    return {
      ImportSpecifier(node) {
        if (node.imported.name === 'z' && node.parent.source.value === 'zod')
          context.report({
            node,
            message:
              "Write import * as z from 'zod': the object z holds its messages in every language, which each start would read.",
          });
      },
    };
  },
};

export default {
  meta: { name: 'house' },
  rules: { layers, 'pure-core': pureCore, 'whole-schemas': wholeSchemas },
};
