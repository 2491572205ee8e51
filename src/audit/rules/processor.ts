/** What the files ask of the processor beyond the architecture that their tag names. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { linuxTags } from './linux-tags.ts';
import { shown } from './shown.ts';

/** Instruction sets that are needed, and extensions that the compiler was allowed to use. */
export function processorFindings({ subject }: Evaluation): readonly Finding[] {
  const natives = subject.natives.filter(({ loadable }) => loadable);
  const isPromised = linuxTags(subject.tags ?? { platforms: [] }).length > 0;
  return [...isaLevel(natives, isPromised), ...riscvExtensions(natives)];
}

/** glibc 2.33 and later refuse to load such a file on a lesser processor; older ones let it crash. */
function isaLevel(natives: readonly NativeFacts[], isPromised: boolean): readonly Finding[] {
  const demanding = natives.filter(({ elf }) => elf?.isaLevel !== undefined);
  const [first] = demanding;
  if (first === undefined) return [];
  const levels = [...new Set(demanding.map(({ elf }) => elf?.isaLevel ?? ''))].sort();
  const needed = `x86-64-${levels.at(-1) ?? ''}`;
  return [
    {
      code: 'audit/isa-level',
      severity: isPromised ? 'error' : 'warning',
      effect: 'users-break',
      message: `The native files need a processor of level ${needed}, and no tag can say so.`,
      path: first.path,
      evidence: `GNU property x86 ISA needed: ${shown(
        demanding.map(({ path, elf }) => `${path} ${elf?.isaLevel ?? ''}`),
      )}`,
      hint: 'Compile without -march for newer processors, and choose such code at run time.',
    },
  ];
}

/**
 * rv64gc, and what compilers write when it is all they may use: parts of its extensions that got names of their own, and what
 * profile RVA20 promises of memory, for which there are no instructions.
 */
const RV64GC: ReadonlySet<string> = new Set(
  (
    'i m a f d c g zicsr zifencei zmmul zaamo zalrsc zca zcd zicntr zihpm ' +
    'ziccif ziccrse ziccamoa zicclsm za64rs za128rs'
  ).split(' '),
);

/** RISC-V psABI "Attributes". Code for an extension may stand behind a check, so this is no judgement. */
function riscvExtensions(natives: readonly NativeFacts[]): readonly Finding[] {
  const extended = natives.flatMap(({ path, elf }) => {
    const beyond = extensionsOf(elf?.riscvArch).filter((name) => !RV64GC.has(name));
    return beyond.length === 0 ? [] : [{ path, beyond }];
  });
  const [first] = extended;
  if (first === undefined) return [];
  return [
    {
      code: 'audit/isa-note',
      severity: 'info',
      effect: 'advice',
      message:
        'The native files were compiled for more than rv64gc, which is what systems can be expected to have.',
      path: first.path,
      evidence: `Tag_RISCV_arch beyond rv64gc: ${shown(
        extended.flatMap(({ beyond }) => beyond),
        12,
      )}, in ${shown(extended.map(({ path }) => path))}`,
      hint: 'Unless such code is chosen at run time, compile with -march=rv64gc.',
    },
  ];
}

/** `rv64i2p1_m2p0_zba1p0` has the extensions i, m and zba. */
function extensionsOf(arch: string | undefined): readonly string[] {
  const match = /^rv(?:32|64|128)(.*)$/i.exec(arch ?? '');
  if (match === null) return [];
  return (match[1] ?? '').toLowerCase().split('_').flatMap(namesIn);
}

/** The single letters may stand together without versions (`imafdc`); a longer name has a part of its own. */
function namesIn(part: string): readonly string[] {
  const plain = part.replace(/\d+p\d+$/, '');
  if (plain === '') return [];
  if (/^[zsx]/.test(plain)) return [plain];
  return plain.replaceAll(/\d+p\d+/g, '').split('');
}
