/** Files of LoongArch's old world, which share their tags with those of the new one and do not load there. */
import { isPlausible } from '../../platform/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { loongArchWorld, type WorldVerdict } from '../loongarch.ts';
import { linuxTags } from './linux-tags.ts';
import { counted, shown } from './shown.ts';

interface Judged {
  readonly native: NativeFacts;
  readonly verdict: WorldVerdict;
}

/** Which world the files are from, as far as it matters to somebody. */
export function worldFindings({ subject }: Evaluation): readonly Finding[] {
  const judged = subject.natives.flatMap((native): readonly Judged[] =>
    native.loadable && native.arch === 'loongarch64' && native.elf !== undefined
      ? [{ native, verdict: loongArchWorld(native.elf) }]
      : [],
  );
  const of = (world: WorldVerdict['world']): readonly Judged[] =>
    judged.filter(({ verdict }) => verdict.world === world);
  const tags = subject.tags ?? { platforms: [] };
  const isPromised = linuxTags(tags).some(({ kind }) => kind === 'manylinux');
  const [old, current] = [of('old'), of('new')];
  const isDoubted = old.length > 0 || tags.platforms.some((tag) => !isPlausible(tag));
  return [
    ...(old.length > 0 && current.length > 0 ? [mixedWorlds(old, current)] : []),
    ...(old.length > 0 ? [oldWorld(old, isPromised)] : []),
    ...(isDoubted ? undecidable(of('undecidable')) : []),
  ];
}

function oldWorld(old: readonly Judged[], isPromised: boolean): Finding {
  return {
    code: 'audit/loongarch-old-world',
    severity: isPromised ? 'error' : 'warning',
    effect: 'users-break',
    message: `${counted(old.length, 'native file')} of the LoongArch old world: systems of the new world, which all upstream distributions are, do not load ${old.length === 1 ? 'it' : 'them'}.`,
    path: old[0]?.native.path ?? '',
    evidence: shown(
      old.flatMap(({ verdict }) => reasons(verdict, 'old')),
      4,
      '; ',
    ),
    hint: isPromised
      ? 'Versions below 2.36 are those of another ABI and not older ones: build it on a new-world system, such as the manylinux_2_38 image. pip takes this tag in both worlds and cannot tell.'
      : 'Build it on a new-world system; for old-world users keep such wheels in an index of their own.',
  };
}

function mixedWorlds(old: readonly Judged[], current: readonly Judged[]): Finding {
  return {
    code: 'audit/loongarch-mixed-worlds',
    severity: 'error',
    effect: 'users-break',
    message: 'The native files are of both LoongArch worlds, so there is no system that loads all.',
    path: old[0]?.native.path ?? '',
    evidence: [
      `old: ${shown(old.map(({ native }) => native.path))}`,
      `new: ${shown(current.map(({ native }) => native.path))}`,
    ].join('; '),
    hint: 'Build all of them on one system, and leave out libraries that a vendor compiled.',
  };
}

function undecidable(unsure: readonly Judged[]): readonly Finding[] {
  const [first] = unsure;
  if (first === undefined) return [];
  const { evidence } = first.verdict;
  return [
    {
      code: 'audit/loongarch-world-undecidable',
      severity: 'info',
      effect: 'advice',
      message: `${counted(unsure.length, 'native file')} may be of either LoongArch world: nothing in ${unsure.length === 1 ? 'it' : 'them'} tells.`,
      path: first.native.path,
      ...(evidence.length === 0 ? {} : { evidence: evidence.map(({ what }) => what).join('; ') }),
      hint: 'Build with binutils 2.40 or later, which marks files of the new world.',
    },
  ];
}

function reasons({ evidence }: WorldVerdict, world: WorldVerdict['world']): readonly string[] {
  return evidence.filter(({ says }) => says === world).map(({ what }) => what);
}
