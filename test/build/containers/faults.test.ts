import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openContainerPlace } from '../../../src/build/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { scratch } from '../../support/scratch.ts';

/** Programs that talk as docker and podman do. */
async function fakeEngines(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratch();
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(folder, name), `#!/bin/sh\necho "$*" >>${folder}/calls\n${script}\n`, {
      mode: 0o755,
    });
  await mkdir(join(folder, 'home'));
  return folder;
}

const INFO = `if [ "$1" = info ]; then echo '{"host":{"arch":"amd64","security":{"rootless":true}},"version":{"Version":"4.3.1"}}'; exit 0; fi
if [ "$1" = ps ]; then exit 0; fi`;
const IMAGE = `${INFO}
if [ "$1" = image ]; then echo '[{"Id":"sha256:0123456789abcdef0","Architecture":"amd64"}]'; exit 0; fi`;

async function refusal(
  folder: string,
  options: Partial<Parameters<typeof openContainerPlace>[0]> = {},
): Promise<WheelworksError> {
  const opened = openContainerPlace({
    image: 'quay.io/pypa/manylinux_2_28_x86_64',
    architecture: 'x86_64',
    engine: { name: 'podman', createArgs: [], disableHostMount: true },
    environmentPass: [],
    env: { PATH: folder },
    home: join(folder, 'home'),
    platform: 'linux',
    offline: false,
    events: ignoreEvents,
    ...options,
  });
  const error: unknown = await opened.then(
    async (place) => place.close(),
    (thrown: unknown) => thrown,
  );
  if (error instanceof WheelworksError) return error;
  throw error ?? new Error('nothing was refused');
}

it('names the engines and a way on when there is none', async () => {
  const error = await refusal(await fakeEngines({}));
  expect(error.code).toBe('container/engine-not-found');
  expect(error.hint).toMatch(/apt install podman.*--environment host/);
});

it('tells an engine whose daemon does not run from one that is absent', async () => {
  const says =
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
  const folder = await fakeEngines({
    docker: `echo '${says}' >&2; echo '{"ServerErrors":["x"]}'; exit 1`,
  });
  const error = await refusal(folder, {
    engine: { name: 'docker', createArgs: [], disableHostMount: true },
  });
  expect(error.code).toBe('container/daemon-not-running');
  expect(error.message).toContain('no engine answers it');
  // docker's answer for programs is nothing for people.
  expect(error.evidence).toBe(says);
  expect(error.hint).toMatch(/systemctl start docker/);
});

it('takes the other engine when the wanted one does not answer, and says so', async () => {
  const folder = await fakeEngines({
    docker: 'exit 1',
    podman: `${INFO}\necho 'Error: no such image' >&2; exit 125`,
  });
  const notes: string[] = [];
  const error = await refusal(folder, {
    engine: { name: 'docker', createArgs: [], disableHostMount: true },
    offline: true,
    events: (event) => event.type === 'note' && notes.push(event.message),
  });
  expect(notes).toEqual(['docker does not answer, so podman is used']);
  expect(error.code).toBe('container/image-not-found');
  expect(error.hint).toMatch(/without --offline/);
});

it.each([
  [
    'Error: initializing source docker://quay.io/x: pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host',
    'container/registry-unreachable',
    /--image-mirror/,
  ],
  [
    'Error response from daemon: manifest for quay.io/pypa/x:latest not found: manifest unknown: manifest unknown',
    'container/image-not-found',
    /wheelworks plan/,
  ],
  [
    'Error response from daemon: pull access denied for x, repository does not exist or may require docker login: denied',
    'container/image-not-found',
    /reference/,
  ],
  [
    'Error: unauthorized: access to the requested resource is not authorized',
    'container/registry-denied',
    /login/,
  ],
  [
    'Error: choosing an image from manifest list: no image found in manifest list for architecture "riscv64", variant "", OS "linux"',
    'container/wrong-architecture',
    /manylinux-ARCH-image/,
  ],
  [
    'Error: writing blob: storing blob to file "/var/tmp/1": write: no space left on device',
    'container/disk-full',
    /prune/,
  ],
  ['Error: something nobody has seen', 'container/pull-failed', /podman pull/],
])('reads why an image cannot be pulled: %s', async (words, code, hint) => {
  const folder = await fakeEngines({
    podman: `${INFO}\nif [ "$1" = pull ]; then echo '${words}' >&2; exit 125; fi\nexit 1`,
  });
  const error = await refusal(folder);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(code === 'container/disk-full' ? /disk/ : /manylinux_2_28_x86_64/);
  expect(error.hint).toMatch(hint);
  expect(error.evidence).toContain(words);
});

it('refuses an image of another architecture', async () => {
  const folder = await fakeEngines({ podman: `${IMAGE}\nexit 0` });
  const error = await refusal(folder, { architecture: 'aarch64' });
  expect(error.code).toBe('container/wrong-architecture');
  expect(error.message).toMatch(/is for amd64, not for aarch64/);
  expect(await readFile(join(folder, 'calls'), 'utf8')).toContain(
    'pull --platform linux/arm64 quay.io',
  );
});

it.each([
  ['exec /bin/sh: exec format error', 'container/no-emulation', /qemu-user-static/],
  [
    'Error: runc: create failed: exec: "sh": executable file not found in $PATH',
    'container/no-shell',
    /image/,
  ],
  [
    'Error: crun: cannot set limits: Operation not permitted',
    'container/cannot-start',
    /podman run/,
  ],
])(
  'reads why a container does not start, and leaves none behind: %s',
  async (words, code, hint) => {
    const folder = await fakeEngines({
      podman: `${IMAGE}\ncase $1 in create) echo c0ffee;; start) echo '${words}' >&2; exit 126;; esac`,
    });
    const error = await refusal(folder);
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
    expect(await readFile(join(folder, 'calls'), 'utf8')).toMatch(/^rm --force --time=0 c0ffee$/m);
  },
);
