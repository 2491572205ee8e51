/**
 * Processor, class, byte order and calling convention of the native files against the platform tags.
 *
 * Specification: PEP 600 and PEP 656 for what the architectures of tags are; the psABI of each for its e_flags.
 */
import { architectureFacts } from '../../platform/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { fileArchitecture, foreignAbi } from '../foreign-abi.ts';
import { linuxTags } from './linux-tags.ts';
import { counted, shown } from './shown.ts';

/** Files that no system of the tag loads, and subjects that no single tag can speak of. */
export function architectureFindings({ subject, architectures }: Evaluation): readonly Finding[] {
  const loadable = subject.natives.filter((native) => native.loadable);
  const claimed = new Set(linuxTags(subject.tags ?? { platforms: [] }).map(({ arch }) => arch));
  return [
    ...(claimed.size === 0 ? [] : loadable.flatMap((native) => mismatch(native, claimed))),
    ...unknown(loadable),
    // Launchers for many systems are expected there: the rule about `any` judges them.
    ...(subject.tags?.platforms.includes('any') === true ? [] : mixed(loadable, architectures)),
  ];
}

function mismatch(native: NativeFacts, claimed: ReadonlySet<string>): readonly Finding[] {
  const { arch, path } = native;
  if (arch === undefined) return [];
  const [abi] = [...claimed].flatMap((each) => foreignAbi(native, fileArchitecture(each)) ?? []);
  if (abi !== undefined) {
    return [
      {
        code: 'audit/float-abi',
        severity: abi.certain ? 'error' : 'warning',
        effect: 'users-break',
        message: `A native file has another calling convention than the tags of ${[...claimed].join(', ')} mean.`,
        path,
        evidence: `the tag means ${abi.expected}; the file has ${abi.found}`,
        hint: abi.certain
          ? 'Loaders refuse it, or its functions get wrong arguments; build it for that convention.'
          : 'The linker left it out of e_flags; build it with binutils 2.24 or later.',
      },
    ];
  }
  if ([...claimed].some((each) => fileArchitecture(each) === arch)) return [];
  return [
    {
      code: 'audit/tag-architecture',
      severity: 'error',
      effect: 'users-break',
      message: `A native file is for ${arch}, but the wheel is tagged for ${[...claimed].join(', ')}.`,
      path,
      hint: 'It installs and then cannot be loaded; build it for the tagged architecture.',
    },
  ];
}

/** Processors without a name here; what such a file needs cannot be held against any baseline. */
function unknown(natives: readonly NativeFacts[]): readonly Finding[] {
  return natives
    .filter(({ arch }) => arch?.startsWith('machine-') === true)
    .map(({ path, arch = '' }) => ({
      code: 'audit/unknown-machine',
      severity: 'warning',
      effect: 'advice',
      message: 'A native file is for a processor that is not known here: nothing else is judged.',
      path,
      evidence: `e_machine ${arch.replace('machine-', '')}`,
    }));
}

function mixed(
  natives: readonly NativeFacts[],
  architectures: readonly string[],
): readonly Finding[] {
  if (architectures.length < 2) return [];
  const groups = groupBy(natives, ({ arch }) => arch ?? '');
  const evidence = [...groups].map(
    ([arch, files]) => `${arch}: ${counted(files.length, 'file')} (${shown(pathsOf(files), 2)})`,
  );
  const odd = [...groups.values()].sort((one, other) => one.length - other.length)[0]?.[0];
  const known = architectures.filter((arch) => architectureFacts(arch) !== undefined);
  return [
    {
      code: 'audit/mixed-architectures',
      severity: 'warning',
      effect: 'advice',
      message: 'The native files are for different architectures, so no tag holds for all of them.',
      ...(odd === undefined ? {} : { path: odd.path }),
      evidence: evidence.join('; '),
      hint:
        known.length > 1
          ? `Make one wheel for each: ${known.join(', ')}.`
          : 'Ship what is for another processor as data, or in a package of its own.',
    },
  ];
}

function pathsOf(natives: readonly NativeFacts[]): readonly string[] {
  return natives.map(({ path }) => path);
}
