/** What the wheels of a release could save together, for people. */
import type { ReleaseAdvice, SharedAdvice, StableAbiAdvice } from '../../split/advise/index.ts';
import type { CommandContext } from '../context.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { hangingText } from './wrap.ts';

/** One abi3 wheel in place of several, and files that all carry; a line when there is nothing of either. */
export function renderRelease(release: ReleaseAdvice, context: CommandContext): string {
  const { size, abi3, shared } = release;
  const head = `\n${context.colour.strong('The release')}\n  ${formatSize(size)} together\n`;
  if (abi3.length + shared.length === 0)
    return `${head}  no two of these wheels could be one, or share files worth a companion\n`;
  return [
    head,
    ...abi3.map((each) => renderStableAbi(each, context)),
    ...shared.map((each) => renderShared(each, context)),
  ].join('');
}

const MOST_OBSTACLES = 5;

function renderStableAbi(advice: StableAbiAdvice, context: CommandContext): string {
  const { platform, wheels, saves, ready, modules, floor, obstacles } = advice;
  const isReady = ready === modules;
  const shown = obstacles.slice(0, context.verbose ? obstacles.length : MOST_OBSTACLES);
  const rest = obstacles.length - shown.length;
  const names = shown.map((each) => `${each.symbol} (${each.modules})`).join(', ');
  return block(saves, context, {
    title: `one abi3 wheel in place of ${plural(wheels.length, 'wheel')} for ${platform}`,
    lines: isReady
      ? [
          `by their symbols ${modules === 1 ? 'its module' : `all ${modules} modules`} could be abi3, for Python ${floor} and later`,
          'do  Compile with Py_LIMITED_API and tag the wheel abi3.',
        ]
      : [
          `${ready} of ${plural(modules, 'module')} could be by their symbols; outside of the stable ABI: ${names}${rest > 0 ? ` and ${rest} more` : ''} (in brackets: modules that use it)`,
        ],
  });
}

const MOST_SHARED = 4;

function renderShared(advice: SharedAdvice, context: CommandContext): string {
  const { platform, wheels, saves, perWheel, members } = advice;
  const shown = members.slice(0, context.verbose ? members.length : MOST_SHARED);
  const rest = members.length - shown.length;
  return block(saves, context, {
    title: `${plural(members.length, 'file')} that are the same in ${plural(wheels.length, 'wheel')} for ${platform}`,
    lines: [
      `${formatSize(perWheel)} of each; ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
      `do  Carry them in one companion wheel py3-none-${platform} for all Pythons, as a split does.`,
    ],
  });
}

function block(
  saves: number,
  { colour, columns }: CommandContext,
  { title, lines }: { readonly title: string; readonly lines: readonly string[] },
): string {
  const text = lines
    .map((line) => hangingText(' '.repeat(12), sanitizeForTerminal(line), columns))
    .join('\n');
  return `  ${colour.good(formatSize(saves).padStart(8))}  ${sanitizeForTerminal(title)}\n${text}\n`;
}
