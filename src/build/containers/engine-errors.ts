/** What the words of docker and podman mean. */
import { WheelworksError } from '../../support/errors.ts';
import type { ProcessResult } from '../../support/process.ts';

const LONGEST_EVIDENCE = 600;

/** What engines say without being of use to people: an answer for programs, the start of what failed. */
const NOISE = /^\s*(?:$|\{.*\}\s*$|Trying to pull )/;

/** The last lines of an engine's output, as evidence. */
export function outputOf(result: Pick<ProcessResult, 'lastLines'>): { evidence?: string } {
  const lines = result.lastLines.filter((line) => !NOISE.test(line)).slice(-4);
  const evidence = lines.join('\n').slice(-LONGEST_EVIDENCE);
  return evidence === '' ? {} : { evidence };
}

/** The error of an engine whose disk is full; undefined when it failed for another reason. */
export function diskFull(
  engine: string,
  result: Pick<ProcessResult, 'lastLines'>,
): WheelworksError | undefined {
  if (!/no space left on device|disk quota exceeded/i.test(result.lastLines.join('\n')))
    return undefined;
  return new WheelworksError('container/disk-full', `The disk that ${engine} works on is full.`, {
    hint: `Free some space (${engine} system df; ${engine} system prune), and run the command again: finished wheels are kept.`,
    ...outputOf(result),
  });
}

interface Meaning {
  readonly pattern: RegExp;
  readonly code: `container/${string}`;
  readonly says: string;
  readonly hint: string;
}

/** In order: what a registry says of a name is often said of a login as well. */
const PULL_FAILURES: readonly Meaning[] = [
  {
    pattern: /no (?:matching manifest|image found in (?:manifest list|image index)) for/i,
    code: 'container/wrong-architecture',
    says: 'is not made for this architecture',
    hint: 'Name an image for the architecture of the job: manylinux-ARCH-image or musllinux-ARCH-image.',
  },
  {
    pattern:
      /no such host|dial tcp|i\/o timeout|connection refused|network is unreachable|TLS handshake|deadline exceeded|no route to host|temporary failure in name resolution|server misbehaving/i,
    code: 'container/registry-unreachable',
    says: 'could not be fetched: its registry does not answer',
    hint: 'Check the network and the proxy, name a mirror with --image-mirror FROM=TO, or load the image by hand (docker load, podman load) and run the command again.',
  },
  {
    pattern: /manifest unknown|name unknown|not found|does not exist|no such image/i,
    code: 'container/image-not-found',
    says: 'does not exist',
    hint: 'Check the reference; `wheelworks plan` shows which image each job uses.',
  },
  {
    pattern: /unauthorized|denied|authentication required|403 forbidden|toomanyrequests/i,
    code: 'container/registry-denied',
    says: 'was refused by its registry',
    hint: 'Log in (docker login, podman login); registries say this of an image that does not exist as well.',
  },
];

/** Why an image could not be pulled. */
export function pullError(
  engine: string,
  reference: string,
  result: Pick<ProcessResult, 'lastLines'>,
): WheelworksError {
  const full = diskFull(engine, result);
  if (full !== undefined) return full;
  const text = result.lastLines.join('\n');
  const meaning = PULL_FAILURES.find(({ pattern }) => pattern.test(text));
  return new WheelworksError(
    meaning?.code ?? 'container/pull-failed',
    `The image ${reference} ${meaning?.says ?? 'could not be pulled'}.`,
    {
      hint: meaning?.hint ?? `Run \`${engine} pull ${reference}\` by hand.`,
      ...outputOf(result),
    },
  );
}

/** Why a container did not start. */
export function startFailure(engine: string, reference: string, text: string): WheelworksError {
  const lastLines = text.split('\n');
  const full = diskFull(engine, { lastLines });
  if (full !== undefined) return full;
  if (/exec format error/i.test(text))
    return new WheelworksError(
      'container/no-emulation',
      `The image ${reference} is for another architecture, and this machine cannot emulate it.`,
      {
        hint: 'Install emulation (on Debian and Ubuntu: apt install qemu-user-static binfmt-support), or build it on a machine of that architecture.',
        ...outputOf({ lastLines }),
      },
    );
  if (/sh"?: (?:executable file not found|no such file)/i.test(text))
    return new WheelworksError(
      'container/no-shell',
      `The image ${reference} has no sh, which a build needs.`,
      { hint: 'Take an image that is made for building.', ...outputOf({ lastLines }) },
    );
  return new WheelworksError(
    'container/cannot-start',
    `A container of ${reference} could not be started.`,
    { hint: `Run \`${engine} run --rm ${reference} true\` by hand.`, ...outputOf({ lastLines }) },
  );
}
