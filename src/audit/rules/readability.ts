/** Files, and parts of files, that could not be read: what is not known of them is no proof of anything. */
import type { ElfPart } from '../../binary/elf/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { parseModuleName } from './module-names.ts';
import { shown } from './shown.ts';

/** Damaged files, damaged parts, and files that many tools misread. */
export function readabilityFindings({ subject }: Evaluation): readonly Finding[] {
  return [
    ...subject.natives.flatMap((native) => [
      ...damaged(native),
      ...damagedParts(native),
      ...withoutSections(native),
    ]),
    ...notNative(subject),
  ];
}

/** Python takes a file for a module by its name alone, and then fails to load it. */
function notNative({ members, natives }: Evaluation['subject']): readonly Finding[] {
  const native = new Set(natives.map(({ path }) => path));
  return members.flatMap(({ path, size }): readonly Finding[] =>
    native.has(path) || parseModuleName(path) === undefined
      ? []
      : [
          {
            code: 'audit/not-native',
            severity: 'error',
            effect: 'users-break',
            message: 'A file has the name of an extension module but is no native file.',
            path,
            evidence:
              size === 0 ? 'it is empty' : 'it has none of the formats of Linux, macOS and Windows',
            hint: 'Importing it fails; build the wheel again.',
          },
        ],
  );
}

function damaged({ path, problem }: NativeFacts): readonly Finding[] {
  if (problem === undefined) return [];
  return [
    {
      code: 'audit/damaged-native',
      severity: 'error',
      effect: 'users-break',
      message: `A native file cannot be read: ${problem.message}`,
      path,
      ...(problem.evidence === undefined ? {} : { evidence: problem.evidence }),
      hint: 'Build the wheel again; the other files were judged without it.',
    },
  ];
}

/** What an audit asks of each part; of those that are missing here nothing is asked. */
const JUDGED_BY: ReadonlyMap<ElfPart, string> = new Map([
  ['header', 'its format'],
  ['segments', 'what is loaded'],
  ['dynamic', 'the libraries it needs'],
  ['strings', 'the names in it'],
  ['symbols', 'the symbols it wants'],
  ['versions', 'the symbol versions it needs'],
  ['notes', 'the processor it needs'],
  ['attributes', 'the instruction set it was compiled for'],
]);

/** Loaders do not read section headers and debug information: damage there hurts tools alone. */
function damagedParts({ path, elf }: NativeFacts): readonly Finding[] {
  const faults = elf?.faults ?? [];
  if (faults.length === 0) return [];
  const unknown = faults.flatMap(({ part }) => JUDGED_BY.get(part) ?? []);
  const isSerious = unknown.length > 0;
  return [
    {
      code: 'audit/damaged-part',
      severity: isSerious ? 'error' : 'info',
      effect: isSerious ? 'users-break' : 'advice',
      message: isSerious
        ? `Parts of a native file are damaged; what could not be judged in full: ${shown(unknown, 8)}.`
        : 'Parts of a native file that loaders do not read are damaged: debuggers and other tools may fail.',
      path,
      evidence: shown(
        faults.map(({ message, evidence }) =>
          evidence === undefined ? message : `${message} (${evidence})`,
        ),
        3,
        ' ',
      ),
      hint: 'The file may be cut off: build the wheel again, or find out which tool wrote the file last (strip, patchelf).',
    },
  ];
}

function withoutSections({ path, loadable, elf }: NativeFacts): readonly Finding[] {
  if (!loadable || elf === undefined || elf.hasSections) return [];
  // With damaged section headers there are some: that is told above.
  if (elf.faults.some(({ part }) => part === 'sections')) return [];
  return [
    {
      code: 'audit/no-section-headers',
      severity: 'info',
      effect: 'advice',
      message: 'A native file has no section headers: it loads, but other tools misjudge it.',
      path,
      evidence: 'auditwheel finds no symbol versions in such a file and gives it the oldest tag',
      hint: 'It was judged here by its program headers, as a loader does. Do not strip section headers.',
    },
  ];
}
