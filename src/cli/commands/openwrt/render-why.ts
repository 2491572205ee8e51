/** Why a package depends on others, for people. */
import type {
  Dependency,
  DependencyReport,
  ImpliedDependency,
  Reason,
  Step,
  Suggestion,
  Way,
} from '../../../openwrt/index.ts';
import type { CommandContext } from '../../context.ts';
import { renderFindings } from '../../render/findings.ts';
import { plural } from '../../render/quantity.ts';
import { isTold } from './told.ts';

type Look = Pick<CommandContext, 'colour' | 'columns' | 'verbose'>;

/** Reasons shown of each; --verbose shows those that the report has. */
const FEW = 2;
/** Ways shown to a module. */
const MOST_WAYS = 20;

/** All dependencies with their reasons. */
export function renderReport(
  {
    name,
    version,
    stored,
  }: { readonly name: string; readonly version: string; readonly stored?: readonly string[] },
  report: DependencyReport,
  look: Look,
): string {
  const { colour, verbose } = look;
  const lines = [
    `${colour.strong(`${name} ${version}`)} on OpenWrt ${report.release}, Python ${report.minor}`,
    ...report.dependencies.flatMap((each) => dependencyLines(each, look)),
  ];
  if (stored !== undefined && isBlind(report))
    lines.push('', `by its own word it depends on: ${stored.join(' ')}`);
  if (report.implied.length > 0)
    lines.push(
      '',
      'brought by these:',
      ...report.implied.flatMap((each) => impliedLines(each, look)),
    );
  if (report.suggestions.length > 0)
    lines.push(
      '',
      'used when they are there:',
      ...report.suggestions.flatMap((each) => suggestionLines(each, look)),
    );
  if (report.unmet.length > 0)
    lines.push(
      '',
      `tried, and declared nowhere: ${report.unmet.map(({ module }) => module).join(' ')}`,
    );
  if (report.leftOut.length > 0)
    lines.push(
      '',
      verbose
        ? `left out, as tests or for other systems: ${report.leftOut.join(' ')}`
        : `${plural(report.leftOut.length, 'module')} left out, as tests or for other systems`,
    );
  const findings = report.findings.filter((each) => isTold(each, look));
  const told = renderFindings(findings, {
    palette: colour,
    indent: 0,
    most: verbose ? Number.POSITIVE_INFINITY : FEW,
    width: look.columns,
  });
  return `${lines.join('\n')}\n${told === '' ? '' : `\n${told}`}`;
}

/** Whether there is bytecode whose imports were not read: what the package says of itself is all that is known then. */
export function isBlind({ findings }: DependencyReport): boolean {
  return findings.some(({ code }) => code === 'openwrt/bytecode-imports');
}

/** The ways to one module, or the reasons of one dependency. */
export function renderWays(
  module: string,
  {
    ways,
    dependency,
    suggestions,
  }: {
    readonly ways: readonly Way[];
    readonly dependency: Dependency | undefined;
    readonly suggestions: readonly Suggestion[];
  },
  look: Look,
): string {
  const { colour } = look;
  if (dependency !== undefined)
    return `${dependencyLines(dependency, { ...look, verbose: true }).join('\n')}\n`;
  if (suggestions.length > 0)
    return `used when it is there:\n${suggestions.flatMap((each) => suggestionLines(each, look)).join('\n')}\n`;
  if (ways.length === 0) return `Nothing leads to ${module}.\n`;
  const shown = look.verbose ? ways : ways.slice(0, MOST_WAYS);
  const lines = shown.map(
    ({ steps, when }) => `  ${wayText(steps)}${colour.faint(whenText(when))}`,
  );
  const rest = ways.length - shown.length;
  if (rest > 0) lines.push(colour.faint(`  and ${plural(rest, 'way')} more (--verbose)`));
  return `${colour.strong(module)}\n${lines.join('\n')}\n`;
}

function dependencyLines({ name, constraint, when, reasons }: Dependency, look: Look): string[] {
  const { colour, verbose } = look;
  const bounds = [constraint, constraint?.below].filter((each) => each !== undefined);
  const bound = bounds.map(({ operator, version }) => ` ${operator} ${version.upstream}`).join(',');
  const shown = verbose ? reasons : reasons.slice(0, FEW);
  return [
    `  ${colour.strong(name)}${bound}${colour.faint(whenText(when))}`,
    ...shown.flatMap((reason) => reasonLines(reason, look)),
    ...(reasons.length > shown.length
      ? [colour.faint(`    and ${plural(reasons.length - shown.length, 'reason')} more`)]
      : []),
  ];
}

function suggestionLines({ name, of, reason, extra }: Suggestion, look: Look): string[] {
  const { colour } = look;
  const owner = of === 'standard-library' ? colour.faint('  by the standard library') : '';
  return [
    `  ${colour.strong(name)}${extra === undefined ? '' : `  extra ${extra}`}${owner}`,
    ...reasonLines(reason, look),
  ];
}

function impliedLines(dependency: ImpliedDependency, look: Look): string[] {
  const [first, ...rest] = dependencyLines(dependency, look);
  return [
    `${first ?? ''}${look.colour.faint(`  by ${dependency.by}`)}`,
    ...(look.verbose ? rest : []),
  ];
}

function reasonLines(reason: Reason, { colour }: Look): string[] {
  const told = (text: string): string[] => [`    ${text}`];
  switch (reason.kind) {
    case 'import':
      return told(wayText(reason.steps));
    case 'requirement':
      return told(
        reason.imported === undefined
          ? `${reason.requirement}${colour.faint('  imported nowhere')}`
          : `${reason.requirement}  ${wayText([reason.imported])}`,
      );
    case 'library':
      return told(`${reason.path} needs ${reason.library}`);
    case 'interpreter':
      return told('what runs it');
    case 'minor':
      return told(`its modules lie where Python ${reason.minor} looks`);
    case 'program':
      return told(`python3 -m ${reason.module.replace(/\.__main__$/, '')}: runpy`);
  }
}

function whenText(when: Dependency['when'] | 'optional'): string {
  return { import: '', use: '  when used', optional: '  if it is there' }[when];
}

/** `requests/compat.py:12 > http.client > email.parser`; files without the folders that all share. */
function wayText(steps: readonly Step[]): string {
  const [first] = steps;
  if (first === undefined) return '';
  const path = first.path?.replace(/^.*\/(?:site|dist)-packages\//, '') ?? first.from;
  const line = first.line === undefined ? '' : `:${first.line}`;
  const place = first.inFunction === undefined ? '' : ` in ${first.inFunction}`;
  return [`${path}${line}${place}`, ...steps.map(({ to }) => to)].join(' > ');
}
