import type { Finding } from '../../support/finding.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Evaluation } from '../audit.ts';
import type { ArchiveFacts } from '../subjects/archives.ts';

const MOST_NAMED = 3;
/** A smaller archive that cannot be looked into holds no library worth a word. */
const LEAST = 1 << 20;

/** Native files inside archives inside the wheel, whose needs no tag speaks of. */
export function archiveFindings({ subject }: Evaluation): readonly Finding[] {
  return subject.archives.flatMap((archive) => findingsOf(archive));
}

function findingsOf({ path, size, natives }: ArchiveFacts): readonly Finding[] {
  if (natives === undefined) {
    if (size < LEAST) return [];
    return [
      {
        code: 'audit/archive-not-read',
        severity: 'info',
        effect: 'advice',
        message: 'An archive in the wheel was not looked into.',
        path,
        evidence: formatBytes(size),
        hint: 'Whether native files in it run where the tag says, nobody checks; put them into the wheel as files.',
      },
    ];
  }
  if (natives.length === 0) return [];
  const rest = natives.length > MOST_NAMED ? ` and ${natives.length - MOST_NAMED} more` : '';
  return [
    {
      code: 'audit/native-in-archive',
      severity: 'info',
      effect: 'advice',
      message:
        'An archive in the wheel holds native files: no tag speaks of them, and no repair reaches them.',
      path,
      evidence: natives.slice(0, MOST_NAMED).join(', ') + rest,
      hint: 'Put them into the wheel as files, where the index and the user can see them.',
    },
  ];
}
