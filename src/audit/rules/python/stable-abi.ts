/**
 * Extension modules against the stable ABI: what abi3 modules use beyond it, and modules that could be abi3.
 *
 * Specification: PEP 384, PEP 803.
 */
import {
  judgeStableAbi,
  loadStableAbi,
  type ReleaseSpan,
  type StableAbi,
  type StableAbiClaim,
} from '../../../platform/index.ts';
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { counted, shown } from '../shown.ts';
import {
  extensionModules,
  oldestMinor,
  savedFiles,
  usesPython,
  type ExtensionModule,
} from './modules.ts';

/** Judges every module that is for the stable ABI, and says where one wheel could replace several. */
export async function stableAbiFindings(audit: Evaluation): Promise<readonly Finding[]> {
  const modules = extensionModules(audit);
  const { tags } = audit.subject;
  const minor = oldestMinor(tags);
  if (modules.length === 0) return [];
  const claims = modules.map((module) => claimOf(module, tags?.abis ?? [], minor));
  const isForOne = minor !== undefined && tags?.abis.every((abi) => /^cp3\d+$/.test(abi)) === true;
  if (!isForOne && claims.every((claim) => claim === undefined)) return [];
  const table = await loadStableAbi();
  return [
    ...modules.flatMap((module, index) => {
      const claim = claims[index];
      return claim === undefined ? [] : judge(module, claim, table);
    }),
    ...(isForOne && !leansOnPython(audit, modules) ? couldBeStable(modules, minor, table) : []),
  ];
}

/** The oldest release with a stable ABI, for an abi3 module in a wheel that names no release. */
const OLDEST = 2;

function claimOf(
  { name }: ExtensionModule,
  abis: readonly string[],
  minor: number | undefined,
): StableAbiClaim | undefined {
  const abi = name?.stable ?? (name === undefined ? abis.find(isStable) : undefined);
  if (abi === undefined || !isStable(abi)) return undefined;
  return { abi, floor: [3, minor ?? OLDEST] };
}

function isStable(abi: string): abi is 'abi3' | 'abi3t' {
  return abi === 'abi3' || abi === 'abi3t';
}

function judge(
  { native, elf }: ExtensionModule,
  claim: StableAbiClaim,
  table: StableAbi,
): readonly Finding[] {
  const { path } = native;
  const {
    outside: all,
    tooNew,
    unusable,
    floor,
  } = judgeStableAbi(elf.symbols.imports, claim, table);
  // What some release from the oldest on lacks breaks there; the rest works as long as nobody changes it.
  const lacking = all.filter(({ exportedBy: { first, last } }) => {
    return first[1] > claim.floor[1] || last[1] < table.known.last[1];
  });
  const outside = lacking.length > 0 ? lacking : all;
  const claimed = `cp3${claim.floor[1]}-${claim.abi}`;
  const missing = tooNew.filter(({ exportedAtFloor }) => !exportedAtFloor);
  const worst = missing.length > 0 ? missing : tooNew;
  return [
    ...(outside.length === 0
      ? []
      : [
          {
            code: 'audit/abi3-outside',
            severity: lacking.length > 0 ? 'error' : 'warning',
            effect: 'users-break',
            message:
              lacking.length > 0
                ? 'A module of the stable ABI uses symbols that some of its Pythons do not have.'
                : 'A module of the stable ABI uses symbols that are not in it; a newer Python may drop them.',
            path,
            evidence: shown(
              outside.map(({ symbol, exportedBy }) => `${symbol} (${spanText(exportedBy, table)})`),
            ),
            hint: 'Compile it with Py_LIMITED_API, or tag the wheel for the one Python it is built with.',
          } as const,
        ]),
    ...(worst.length === 0
      ? []
      : [
          {
            code: 'audit/abi3-too-new',
            severity: missing.length > 0 ? 'error' : 'warning',
            effect: 'users-break',
            message:
              missing.length > 0
                ? 'A module uses symbols that its oldest Python does not have.'
                : 'A module uses symbols that are of the stable ABI only since a newer Python than its oldest.',
            path,
            evidence: `${claimed}: ${shown(worst.map(({ symbol, since }) => `${symbol} since 3.${since[1]}`))}`,
            hint: `Set Py_LIMITED_API to 3.${claim.floor[1]} while compiling, or tag the wheel cp3${floor[1]}-${claim.abi}.`,
          } as const,
        ]),
    ...(unusable.length === 0
      ? []
      : [
          {
            code: 'audit/abi3t-unusable',
            severity: 'error',
            effect: 'users-break',
            message:
              'A module of the free-threaded stable ABI calls functions that take a PyModuleDef, which it cannot have.',
            path,
            evidence: shown(unusable),
            hint: 'Export PyModExport_<name> with slots instead (PEP 793).',
          } as const,
        ]),
  ];
}

function spanText({ first, last }: ReleaseSpan, { known }: StableAbi): string {
  if (last[1] >= known.last[1])
    return first[1] <= known.first[1] ? 'in all so far' : `since 3.${first[1]}`;
  return `gone after 3.${last[1]}`;
}

/** Whether modules call Python through libraries, which the stable ABI of the modules alone does not free from its release. */
function leansOnPython({ subject }: Evaluation, modules: readonly ExtensionModule[]): boolean {
  const own = new Set(modules.map(({ native }) => native));
  const library = subject.natives.find(
    (native) => native.elf !== undefined && !own.has(native) && usesPython(native.elf),
  );
  // What is not in the wheel is known by its name: libboost_python311.so, libeigenpy.so.
  return (
    library !== undefined || modules.some(({ elf }) => elf.needed.some((name) => /py/i.test(name)))
  );
}

/**
 * Modules for one Python that import nothing but the stable ABI. Macros of the full API can hide accesses that imports do
 * not show, so this is advice to compile with Py_LIMITED_API, and to rename only what has the suffix already.
 */
function couldBeStable(
  modules: readonly ExtensionModule[],
  minor: number,
  table: StableAbi,
): readonly Finding[] {
  const claim = { abi: 'abi3', floor: [3, minor] } as const;
  const verdicts = modules.map(({ elf }) => judgeStableAbi(elf.symbols.imports, claim, table));
  const isClean = verdicts.every(
    ({ outside, tooNew, unknown, conditional }) =>
      outside.length + tooNew.length + unknown.length + conditional.length === 0,
  );
  const [first] = modules;
  if (!isClean || first === undefined) return [];
  const floor = Math.max(...verdicts.map((verdict) => verdict.floor[1]));
  const isCompiled = modules.every(({ name }) => name?.stable === 'abi3');
  const saved = savedFiles(minor, table);
  return [
    {
      code: 'audit/could-be-abi3',
      severity: 'info',
      effect: 'advice',
      message: isCompiled
        ? 'All modules are of the stable ABI, but the tag is for one Python alone.'
        : 'All modules use the stable ABI alone: one abi3 wheel could serve every newer Python.',
      path: first.native.path,
      evidence: [
        `${counted(modules.length, 'module')}, nothing newer than 3.${floor}`,
        ...saved,
      ].join('; '),
      hint: isCompiled
        ? `Tag it cp3${minor}-abi3; each further release then needs no wheel of its own.`
        : `Compile with Py_LIMITED_API for the oldest Python you support, 3.${floor} or later; each further release then needs no wheel of its own.`,
    },
  ];
}
