/** Bytes that users download for nothing. */
import type { Finding } from '../../support/finding.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';

/** Debug information and symbol tables, over all files. */
export function weightFindings({ subject }: Evaluation): readonly Finding[] {
  const { natives } = subject;
  return [
    ...total(natives, {
      code: 'audit/debug-info',
      sizeOf: ({ elf }) => (elf?.debug.dwarf?.size ?? 0) + (elf?.debug.miniDebugSize ?? 0),
      message: 'Native files carry debug information.',
      hint: 'Strip it (strip -g), or keep it in separate files for those who debug.',
    }),
    ...total(natives, {
      code: 'audit/symbol-table',
      sizeOf: ({ elf, loadable }) => (loadable ? (elf?.debug.symbolTableSize ?? 0) : 0),
      message: 'Native files carry symbol tables that loading them does not need.',
      hint: 'Link with -s, or strip --strip-unneeded; tracebacks of crashes lose the names of static functions.',
    }),
    ...total(natives, {
      code: 'audit/separate-debug-info',
      sizeOf: ({ elf, size }) => (elf?.debug.separate === true ? size : 0),
      message: 'The wheel carries separate files of debug information.',
      hint: 'Publish them beside the wheel, not in it.',
    }),
  ];
}

/** Files named in the evidence. */
const MOST_NAMED = 3;
/** Less than this is not worth a word. */
const LEAST = 64 << 10;

function total(
  natives: readonly NativeFacts[],
  rule: {
    readonly code: Finding['code'];
    readonly sizeOf: (native: NativeFacts) => number;
    readonly message: string;
    readonly hint: string;
  },
): readonly Finding[] {
  const heavy = natives
    .map((native) => ({ path: native.path, size: rule.sizeOf(native) }))
    .filter(({ size }) => size > 0)
    .sort((left, right) => right.size - left.size);
  const [largest] = heavy;
  const sum = heavy.reduce((bytes, { size }) => bytes + size, 0);
  if (largest === undefined || sum < LEAST) return [];
  const all = natives.reduce((bytes, { size }) => bytes + size, 0);
  const named = heavy.slice(0, MOST_NAMED).map(({ path, size }) => `${path} ${formatBytes(size)}`);
  const rest = heavy.length > MOST_NAMED ? `, and ${heavy.length - MOST_NAMED} more` : '';
  return [
    {
      code: rule.code,
      severity: 'info',
      effect: 'advice',
      message: rule.message,
      path: largest.path,
      evidence: `${formatBytes(sum)} of ${formatBytes(all)}: ${named.join(', ')}${rest}`,
      hint: rule.hint,
    },
  ];
}
