/** Tags for systems that never were: a libc older than its port to the processor. */
import { supportedPlatforms } from '../../packaging/index.ts';
import { architectureFacts, implausibility, type Implausibility } from '../../platform/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';

/** Every claimed tag that no system can honour. */
export function plausibilityFindings(audit: Evaluation): readonly Finding[] {
  return (audit.subject.tags?.platforms ?? []).flatMap((tag): readonly Finding[] => {
    const found = implausibility(tag);
    return found === undefined ? [] : [implausible(audit, tag, found)];
  });
}

const FAMILIES = { glibc: 'manylinux', musl: 'musllinux' } as const;

function implausible(audit: Evaluation, tag: string, found: Implausibility): Finding {
  const { libc, version, architecture, oldest } = found;
  const oldestTag = `${FAMILIES[libc]}_${oldest.major}_${oldest.minor}_${architecture}`;
  const { overallTag } = audit;
  const earned =
    overallTag === undefined ||
    audit.architecture !== architecture ||
    overallTag.startsWith('linux_')
      ? ''
      : `; the files meet ${overallTag}`;
  const vendors =
    libc === 'glibc' && architectureFacts(architecture)?.oldWorld !== undefined
      ? ' Older versions exist only in the port of its vendors, which has another ABI.'
      : '';
  return {
    code: 'audit/tag-implausible',
    severity: 'error',
    effect: 'users-break',
    message: `${tag} promises ${libc} ${version.major}.${version.minor}, but ${architecture} has ${libc} only from ${oldest.major}.${oldest.minor} on.${vendors}`,
    evidence: isTaken(tag, found)
      ? 'pip takes the tag on every system of that processor, whatever its libc'
      : 'pip takes the tag nowhere: its range begins later',
    hint: `The oldest tag that can be true is ${oldestTag}${earned}.`,
  };
}

/** Installers count down from the running libc without knowing when the port began. */
function isTaken(tag: string, { libc, architecture, oldest }: Implausibility): boolean {
  const system = {
    os: 'linux',
    arch: architecture,
    libc: { kind: libc, version: oldest },
  } as const;
  return supportedPlatforms(system, 'last').includes(tag);
}
