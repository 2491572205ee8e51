/** How a machine of GitLab CI is made ready for a build. */
import type { PlannedPython } from '../model.ts';
import type { CiJob } from './ci-jobs.ts';
import { CI_IMAGES, CI_NODE } from './pins.ts';
import { installLine } from './pipeline-options.ts';
import type { CiRunner } from './runners.ts';

/** An image of GitLab's hosted machines with macOS (doc/ci/runners/hosted_runners/macos.md of GitLab). */
const MACOS_IMAGE = 'macos-14-xcode-15';

/** uv brings the interpreters to machines without containers; wheelworks finds those that it manages. */
const UV = 'uv==0.13.8';

/** The keys of a job that say where it runs, and what comes before its script. */
export function gitlabMachine(job: CiJob, { qemu }: CiRunner, version: string): object {
  const install = installLine(version);
  switch (job.platform) {
    case 'linux':
      return {
        image: CI_IMAGES.docker,
        services: [{ name: CI_IMAGES.dockerDaemon, alias: 'docker' }],
        // Without TLS the daemon listens to this job alone, on the network of its own containers.
        variables: { DOCKER_HOST: 'tcp://docker:2375', DOCKER_TLS_CERTDIR: '' },
        before_script: [
          'apk add --no-cache bash git nodejs npm',
          ...(qemu === undefined
            ? []
            : [`docker run --rm --privileged ${CI_IMAGES.binfmt} --install ${qemu}`]),
          install,
        ],
      };
    case 'macos':
      return {
        image: MACOS_IMAGE,
        before_script: [
          `python3 -m pip install --user ${UV}`,
          ...job.pythons.map(
            (python) => `python3 -m uv python install ${uvPython(python, job.arch)}`,
          ),
          install,
        ],
      };
    case 'windows':
      return {
        before_script: [
          `choco install nodejs --version ${CI_NODE} -y --no-progress`,
          'choco install python -y --no-progress',
          'Import-Module $env:ChocolateyInstall\\helpers\\chocolateyProfile.psm1',
          'Update-SessionEnvironment',
          `py -m pip install ${UV}`,
          ...job.pythons.map((python) => `py -m uv python install ${uvPython(python, job.arch)}`),
          install,
        ],
      };
  }
}

/** Interpreters that the machine runs besides its own: 32-bit ones on Windows, those of Intel through Rosetta 2. */
const UV_TARGETS: Readonly<Record<string, string>> = {
  win32: '-windows-x86-none',
  x86_64: '-macos-x86_64-none',
};

/** A Python as `uv python install` names it: `cpython-3.12`, `cpython-3.14+freethreaded`, `pypy-3.11`. */
export function uvPython(python: PlannedPython, arch?: string): string {
  const variant = python.freeThreaded ? '+freethreaded' : '';
  // uv takes the machine's own architecture where none is named.
  const target = (arch === undefined ? undefined : UV_TARGETS[arch]) ?? '';
  return `${python.implementation}-${python.version}${variant}${target}`;
}
