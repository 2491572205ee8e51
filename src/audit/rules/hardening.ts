/** Protections that files give up. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { ElfFacts, NativeFacts } from '../facts.ts';

/** Executable stacks, writable code, text relocations, and what the linker would have protected for nothing. */
export function hardeningFindings({ subject }: Evaluation): readonly Finding[] {
  const loadable = subject.natives.filter((native) => native.loadable);
  return [
    ...loadable.flatMap((native) =>
      native.elf === undefined ? [] : findingsOf(native, native.elf),
    ),
    ...unprotected(loadable),
  ];
}

function findingsOf(native: NativeFacts, elf: ElfFacts): readonly Finding[] {
  return [
    ...executableStack(native, elf),
    ...textRelocations(native, elf),
    ...writableCode(native, elf),
  ];
}

/** Where a file without PT_GNU_STACK gets an executable stack from Linux and glibc. */
const EXECUTABLE_BY_DEFAULT: ReadonlySet<string> = new Set(['x86_64', 'i686', 'armv7l', 'arm']);

/** glibc 2.41 no longer makes the stack of a running process executable: dlopen of such a library fails. */
function executableStack({ path, arch }: NativeFacts, { linking }: ElfFacts): readonly Finding[] {
  const isDefault = linking.execStack === undefined && EXECUTABLE_BY_DEFAULT.has(arch ?? '');
  if (linking.execStack !== true && !isDefault) return [];
  return [
    {
      code: 'audit/executable-stack',
      severity: 'error',
      effect: 'users-break',
      message: 'A file asks for an executable stack: glibc 2.41 and later refuse to load it.',
      path,
      evidence: isDefault ? 'no PT_GNU_STACK' : 'PT_GNU_STACK is executable',
      hint: 'Link with -z noexecstack, and give hand-written assembly a .note.GNU-stack section.',
    },
  ];
}

function textRelocations({ path }: NativeFacts, { linking }: ElfFacts): readonly Finding[] {
  if (!linking.textRelocations) return [];
  return [
    {
      code: 'audit/text-relocations',
      severity: 'warning',
      effect: 'users-break',
      message: 'Loading a file rewrites its code, which hardened systems (SELinux, PaX) refuse.',
      path,
      evidence: 'DT_TEXTREL',
      hint: 'Compile every object of it with -fPIC.',
    },
  ];
}

function writableCode({ path }: NativeFacts, { segments }: ElfFacts): readonly Finding[] {
  if (!segments.writableCode) return [];
  return [
    {
      code: 'audit/writable-code',
      severity: 'warning',
      effect: 'users-break',
      message: 'A segment is writable and executable at once: hardened systems do not load it.',
      path,
      evidence: 'a PT_LOAD with flags RWX',
      hint: 'Link without -N, and do not make one section of code and data.',
    },
  ];
}

/** Told once for all files: it is how compilers are called, not what one file does. */
function unprotected(natives: readonly NativeFacts[]): readonly Finding[] {
  const libraries = natives.filter(({ elf }) => elf !== undefined && elf.kind !== 'executable');
  const without = (relro: ElfFacts['linking']['relro']): readonly NativeFacts[] =>
    libraries.filter(({ elf }) => elf?.linking.relro === relro);
  return [
    ...advice(without('none'), {
      code: 'audit/no-relro',
      message: 'Files leave their relocated data writable while they run.',
      of: libraries.length,
    }),
    ...advice(without('partial'), {
      code: 'audit/no-bind-now',
      message: 'Files bind functions lazily, so the tables of their addresses stay writable.',
      of: libraries.length,
    }),
  ];
}

function advice(
  natives: readonly NativeFacts[],
  { code, message, of }: Pick<Finding, 'code' | 'message'> & { readonly of: number },
): readonly Finding[] {
  const [first] = natives;
  if (first === undefined) return [];
  return [
    {
      code,
      severity: 'info',
      effect: 'advice',
      message,
      path: first.path,
      evidence: `${natives.length} of ${of} files`,
      hint: 'Link with -Wl,-z,relro,-z,now.',
    },
  ];
}
