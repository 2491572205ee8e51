/** Which machine of a CI service builds for which platform. */
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import table from './data/runners.json' with { type: 'json' };

export type CiService = 'github' | 'gitlab';

/** A machine, by the labels (GitHub) or tags (GitLab) that ask for it. */
export interface CiRunner {
  readonly labels: readonly string[];
  /** The name of the emulator that it needs to run programs of the target, as binfmt names it. */
  readonly qemu?: string;
  /** The architecture of the interpreters to install, as actions/setup-python names it. */
  readonly architecture?: string;
}

/** Labels in place of those of the table, by target: `linux-aarch64`, or a platform for all of its targets. */
export type RunnerLabels = Readonly<Record<string, readonly string[]>>;

const RUNNERS: Readonly<Record<CiService, Readonly<Record<string, CiRunner>>>> = table;

/** A platform and its architecture, as the table and {@link RunnerLabels} name them: `linux-ppc64le`. */
export function targetOf(job: { readonly platform: string; readonly arch: string }): string {
  return `${job.platform}-${job.arch}`;
}

/**
 * Refuses labels for what is no target and no platform: they would be passed over.
 * @throws WheelworksError `ci/unknown-target`
 */
export function checkTargets(given: RunnerLabels): void {
  // No service has a machine or an emulator for big-endian POWER, and yet it may be planned.
  const targets = [...Object.keys(RUNNERS.github), ...Object.keys(RUNNERS.gitlab), 'linux-ppc64'];
  const known = new Set(targets.flatMap((target) => [target, target.split('-')[0] ?? '']));
  for (const target of Object.keys(given)) {
    if (known.has(target)) continue;
    const closest = closestName(target, [...known]);
    throw new WheelworksError('ci/unknown-target', `There is no target ${target}.`, {
      hint:
        closest === undefined
          ? `Targets are ${[...known].sort().join(', ')}.`
          : `Did you mean ${closest}?`,
    });
  }
}

/**
 * The machine for a target. A machine that was named for just this target is taken to run its programs by itself,
 * one named for the platform as the table's machines do.
 * @throws WheelworksError `ci/no-runner` where the service has none and none was named.
 */
export function runnerFor(
  service: CiService,
  job: { readonly id: string; readonly platform: string; readonly arch: string },
  given: RunnerLabels = {},
): CiRunner {
  const target = targetOf(job);
  const known = RUNNERS[service][target];
  const own = given[target];
  if (own !== undefined) {
    const architecture = known?.architecture;
    return { labels: own, ...(architecture === undefined ? {} : { architecture }) };
  }
  const ofPlatform = given[job.platform];
  if (known !== undefined) return { ...known, labels: ofPlatform ?? known.labels };
  if (ofPlatform !== undefined) return { labels: ofPlatform };
  const name = service === 'github' ? 'GitHub' : 'GitLab';
  throw new WheelworksError('ci/no-runner', `${name} has no hosted runner that builds ${job.id}.`, {
    evidence: target,
    hint: `Name a runner of your own with --runner ${target}=LABEL, or skip these wheels in the configuration.`,
  });
}
