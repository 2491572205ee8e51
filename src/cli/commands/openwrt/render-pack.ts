/** What packing an input came to, for people. */
import { basename } from 'node:path';
import type { PackLayout, PackPlan, PackReport, PackSize } from '../../../openwrt/index.ts';
import type { CommandContext } from '../../context.ts';
import { formatSize, plural } from '../../render/quantity.ts';
import { sanitizeForTerminal } from '../../render/sanitize.ts';
import { shownPath } from '../../shown-path.ts';
import { isTold } from './told.ts';

const LAYOUTS: readonly (readonly [PackLayout, string])[] = [
  ['source', 'sources'],
  ['bytecode', 'bytecode'],
  ['both', 'both'],
];

type Look = Pick<CommandContext, 'colour' | 'cwd' | 'verbose'>;

/** @param report of the same plan; its packages have paths when they were written */
export function renderPackPlan(plan: PackPlan, report: PackReport, look: Look): string {
  const { colour } = look;
  const lines = [
    colour.strong(basename(plan.path)),
    ...report.packages.flatMap((each) => packageLines(each, look)),
    ...dependsLines(report),
    ...sizeLines(plan),
    ...adviceLines(plan),
    ...keptLines(plan, look),
    ...plan.ignored.map(
      ({ line, text, reason }) => `  passed over: line ${line}, ${text}: ${reason}`,
    ),
    ...plan.findings.flatMap((finding) => {
      if (!isTold(finding, look)) return [];
      const { severity, code, message, path, evidence, hint } = finding;
      const isLine = path !== undefined && evidence !== undefined && /^line \d/.test(evidence);
      const paint = { error: colour.bad, warning: colour.caution, info: colour.faint }[severity];
      return [
        `  ${paint(`${severity}[${code}]`)}: ${message}`,
        ...(isLine
          ? [`    ${sanitizeForTerminal(`/${path}`)}  ${sanitizeForTerminal(evidence)}`]
          : []),
        ...(hint === undefined ? [] : [`    next: ${hint}`]),
      ];
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function packageLines(
  { path, replaces, filename, size, installed, files }: PackReport['packages'][number],
  { colour, cwd, verbose }: Look,
): string[] {
  const name = path === undefined ? filename : shownPath(path, cwd);
  const line = `  ${name}  ${formatSize(size)}, ${formatSize(installed)} installed`;
  const lines =
    replaces === undefined
      ? [line]
      : [line, `    ${colour.caution('note')}: replaces a package of other contents`];
  if (!verbose) return lines;
  const listed = files.map(
    (each) =>
      `    ${each.mode} ${formatSize(each.size).padStart(SIZE_WIDTH)}  ${sanitizeForTerminal(each.target === undefined ? each.path : `${each.path} -> ${each.target}`)}`,
  );
  return [...lines, ...listed];
}

/** That of `1.5 kB`. */
const SIZE_WIDTH = 6;

function dependsLines({ packages, optional, bringAll }: PackReport): string[] {
  const [main] = packages;
  if (main === undefined) return [];
  const isApk = main.filename.endsWith('.apk');
  return [
    `  depends on ${main.depends.join(isApk ? ' ' : ', ')}`,
    ...bringAll.map((name) => `  ${name} brings the whole standard library, python3`),
    ...(optional.length === 0
      ? []
      : [`  left out as optional: ${optional.join(' ')} (--with PACKAGE adds one)`]),
  ];
}

function sizeLines({ sizes }: PackPlan): string[] {
  if (sizes === undefined) return [];
  const shown = (size: PackSize): string =>
    `${formatSize(size.installed)} (${formatSize(size.compressed)} compressed)`;
  return [`  as ${LAYOUTS.map(([layout, name]) => `${name} ${shown(sizes[layout])}`).join(', ')}`];
}

const NAMES: Readonly<Record<PackPlan['advice'][number]['what'], string>> = {
  tests: 'tests',
  stubs: 'type stubs',
  headers: 'C sources and headers',
  windows: 'programs of Windows',
  documents: 'documents',
};

function adviceLines({ advice }: PackPlan): string[] {
  return advice.flatMap(({ what, files, size, lines }) => [
    `  without ${NAMES[what]} ${formatSize(size.installed)} less (${plural(files, 'file')}):`,
    ...lines.map((line) => `    ${line}`),
  ]);
}

function keptLines({ kept }: PackPlan, { verbose }: Look): string[] {
  const named = kept.filter(({ reason }) => reason !== 'outside');
  if (named.length === 0) return [];
  if (!verbose)
    return [`  ${plural(named.length, 'source')} kept beside bytecode (--verbose tells why)`];
  return named.map(({ path, reason, evidence }) => `  kept /${path}: ${evidence ?? reason}`);
}
