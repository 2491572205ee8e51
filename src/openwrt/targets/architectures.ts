/** The architectures of OpenWrt's packages, and the wheels that run on each; data/architectures.json. */
import { expandBraces } from '../../support/braces.ts';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import { matchesPattern } from '../../support/text-pattern.ts';
import table from './data/architectures.json' with { type: 'json' };

export interface OpenWrtArchitecture {
  /** `aarch64_cortex-a53`. */
  readonly name: string;
  /** The architecture in the tags of its wheels, which is also what `ElfFile.machine` calls it; absent when none serve. */
  readonly wheel?: string;
  /** Why none serve. */
  readonly reason?: string;
  /** `platform.machine()` on the device. */
  readonly machine: string;
  readonly bits: 32 | 64;
  /** What the headers of its native files say, whose class is `bits`. */
  readonly elf: ElfPromise;
}

export interface ElfPromise {
  /** As `ElfFile.machine` calls it, but `arm` for all Arm of 32 bits: `mips`, `ppc`. */
  readonly machine: string;
  readonly byteOrder: 'little' | 'big';
  /** How Arm passes floating point arguments; absent for others, and where either is taken. */
  readonly float?: 'hard' | 'soft';
}

interface Row {
  readonly openwrt: string;
  readonly wheel?: string;
  readonly machine: string;
  readonly elf: string;
  readonly order: string;
  readonly float?: string;
  readonly bits: number;
  readonly reason?: string;
}

const ROWS: readonly Row[] = table.architectures;

/**
 * What is known of an architecture, by its name.
 * @throws WheelworksError `openwrt/unknown-architecture`.
 */
export function openWrtArchitecture(name: string): OpenWrtArchitecture {
  const row = /^[a-z0-9_+.-]+$/.test(name)
    ? ROWS.find(({ openwrt }) => expandBraces(openwrt).some((each) => matchesPattern(each, name)))
    : undefined;
  if (row === undefined)
    throw new WheelworksError(
      'openwrt/unknown-architecture',
      `${name} is no architecture of OpenWrt's packages.`,
      {
        evidence: `known: ${ROWS.map(({ openwrt }) => openwrt).join(' ')}`,
        hint: `${suggestion(name)}A device names its own: \`opkg print-architecture\`, \`cat /etc/apk/arch\`, or DISTRIB_ARCH in /etc/openwrt_release.`,
      },
    );
  const { wheel, reason, machine, bits, elf, order, float } = row;
  return {
    name,
    machine,
    bits: bits === 64 ? 64 : 32,
    elf: {
      machine: elf,
      byteOrder: order === 'big' ? 'big' : 'little',
      ...(float === undefined ? {} : { float: float === 'hard' ? 'hard' : 'soft' }),
    },
    ...(wheel === undefined ? {} : { wheel }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function suggestion(name: string): string {
  const names = ROWS.flatMap(({ openwrt }) => expandBraces(openwrt)).filter(
    (each) => !each.includes('*'),
  );
  const near = closestName(name, names);
  return near === undefined ? '' : `Did you mean ${near}? `;
}
