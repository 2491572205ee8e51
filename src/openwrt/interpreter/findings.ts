import type { Finding } from '../../support/finding.ts';
import { buildPathFindings } from '../native/index.ts';
import type { OpenImport } from './close-state.ts';
import type { InterpreterSplit } from './split.ts';
import type { WithheldPackage } from './withhold.ts';

/** What a split says besides its packages: what was not built, what stays open; docs/findings.md has each. */
export function splitFindings(split: InterpreterSplit): Finding[] {
  const { interpreter, leftOut, withheld, missing, open, parts, definition } = split;
  const { loader, isShared, program, series, library } = interpreter;
  const own = new Set(leftOut.map(({ name }) => name));
  return [
    ...(loader !== undefined && !loader.includes('musl')
      ? [
          {
            code: 'openwrt/glibc-interpreter',
            severity: 'warning',
            effect: 'users-break',
            message: 'The interpreter is linked with glibc, and OpenWrt has musl.',
            path: program,
            evidence: `it asks for ${loader}`,
            hint: 'Build it with the musl of the target; its packages run only where that loader is.',
          } as const,
        ]
      : []),
    ...(isShared || !definition.packages.some((each) => each.hasAbiVersion)
      ? []
      : [
          {
            code: 'openwrt/no-shared-library',
            severity: 'info',
            effect: 'advice',
            message: `The program holds the interpreter itself; ${parts[0]?.name ?? 'the library package'} only says which one it is.`,
            path: program,
            hint: 'Configure CPython with --enable-shared, so that programs can embed it.',
          } as const,
        ]),
    ...(series === 'python'
      ? [
          {
            code: 'openwrt/imports-not-read',
            severity: 'info',
            effect: 'advice',
            message:
              'The imports of Python 2 are not read: they are taken to be those of 2.7.18, and modules of others to import nothing.',
            path: library,
          } as const,
        ]
      : []),
    ...leftOut.map(({ name, missing: lost }): Finding => ({
      code: 'openwrt/package-left-out',
      severity: 'info',
      effect: 'advice',
      message: `${name} is left out: ${lost.length === 0 ? 'the tree has nothing of it' : `${lost.join(', ')} ${lost.length === 1 ? 'was' : 'were'} not built`}.`,
    })),
    ...missing
      .filter(({ module }) => !own.has(`${definition.meta}-${module.split('.')[0] ?? ''}`))
      .map(({ module, why }): Finding => ({
        code: 'openwrt/module-not-built',
        severity: 'info',
        effect: 'advice',
        message: `${module} is in no package, as it cannot be imported.`,
        evidence: why.join(' -> '),
      })),
    ...openFindings(open),
    ...buildPathFindings(parts.flatMap(({ dropped }) => dropped)),
    ...withheld.flatMap(withheldFindings),
  ];
}

/** The libraries that a package lacks, or the package through which it lacks them. */
function withheldFindings({ name, libraries, why }: WithheldPackage): Finding[] {
  if (libraries.length === 0)
    return [
      {
        code: 'openwrt/package-left-out',
        severity: 'info',
        effect: 'advice',
        message: `${name} is left out: it depends on ${why[1] ?? ''}, which is left out.`,
        evidence: why.join(' -> '),
      },
    ];
  return libraries.map(({ library, path, otherAbi, inTree }): Finding => ({
    code: 'openwrt/unmapped-library',
    severity: 'error',
    effect: 'users-break',
    message:
      otherAbi === undefined
        ? `${name} is left out: no package is known to have ${library}.`
        : `${name} is left out: of ${library} the feed has only another version, ${otherAbi}.`,
    path,
    evidence: `${name} -> ${path} -> ${library}`,
    hint:
      inTree === undefined
        ? `Say which package has it: --library ${library}=PACKAGE, or give the target's index with --feed.`
        : `The tree has ${inTree}, and no list of a package names it: add the line +|/${inTree} to one in a definition file (--print-definition, --definition).`,
  }));
}

/** One for each module. */
function openFindings(open: readonly OpenImport[]): Finding[] {
  const modules = [...new Set(open.map(({ module }) => module))];
  return modules.map((module): Finding => {
    const mine = open.filter((each) => each.module === module);
    const [first] = mine;
    const owners = [...new Set(mine.map((each) => each.in))];
    return {
      code: 'openwrt/split-not-closed',
      severity: 'warning',
      effect: 'users-break',
      message: `${module} of ${first?.package ?? ''} cannot be imported without ${owners.join(' and ')}.`,
      evidence: `${module} -> ${first?.imports ?? ''}`,
    };
  });
}
