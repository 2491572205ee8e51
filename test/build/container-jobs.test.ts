/** Which containers are started to ask images for their interpreters. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { containerJobs, type Containers } from '../../src/build/container-jobs.ts';
import type { ContainerPlace } from '../../src/build/index.ts';
import type { BuildRequest, Plans } from '../../src/build/prepare.ts';
import type { PlannedPackage } from '../../src/plan/index.ts';
import { openCache } from '../../src/support/cache.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import { scratch } from '../support/scratch.ts';

const planned = { name: 'demo', directory: '.' } as PlannedPackage;

/** Containers that count; each image has what `contents` says. */
function counted(contents: Record<string, string>) {
  const opened: string[] = [];
  const imageOf = ({ options }: { readonly options: { readonly image?: string } }): string =>
    options.image ?? '';
  const containers: Containers = {
    imageId: async (job) => contents[imageOf(job)] ?? '',
    open: async (job) => {
      opened.push(imageOf(job));
      const place: Partial<ContainerPlace> = {
        interpreter: async ({ tag }) =>
          ({ path: `/opt/python/${tag}`, label: tag }) as Awaited<
            ReturnType<ContainerPlace['interpreter']>
          >,
        close: async () => {},
      };
      return place as ContainerPlace;
    },
  };
  return { opened, containers };
}

async function asking(image: string, createArgs: readonly string[] = []) {
  const cache = openCache(join(await scratch(), 'cache'), ignoreEvents);
  const jobs = ['cp311', 'cp312'].map((tag) => ({
    id: `${tag}-manylinux_x86_64`,
    package: 'demo',
    directory: '.',
    arch: 'x86_64',
    python: { tag, folder: `${tag}-${tag}` },
    options: { image, engine: { name: 'podman', createArgs } },
  }));
  const plans = { wanted: { jobs } } as unknown as Plans;
  return async (containers: Containers) => {
    const request = { containers, search: { cache } } as unknown as BuildRequest;
    return (await containerJobs(request, planned, plans)).jobs.map(({ interpreter, imageId }) => [
      interpreter.path,
      imageId,
    ]);
  };
}

it('starts none for an image without digest whose contents are known, and one when they have changed', async () => {
  const contents: Record<string, string> = { 'mine:1': 'aa' };
  const { opened, containers } = counted(contents);
  const ask = await asking('mine:1');
  const first = await ask(containers);
  expect(first).toEqual([
    ['/opt/python/cp311', 'aa'],
    ['/opt/python/cp312', 'aa'],
  ]);
  expect(await ask(containers)).toEqual(first);
  expect(opened).toEqual(['mine:1']);
  contents['mine:1'] = 'bb';
  expect((await ask(containers)).map(([, imageId]) => imageId)).toEqual(['bb', 'bb']);
  expect(opened).toHaveLength(2);
});

it('asks again where something of this machine may be mounted over the image', async () => {
  const { opened, containers } = counted({ 'mine:1': 'aa' });
  const ask = await asking('mine:1', ['--volume=/opt/python:/opt/python']);
  await ask(containers);
  await ask(containers);
  expect(opened).toHaveLength(2);
});

it('needs no engine for a pinned image that is known', async () => {
  const image = 'mine@sha256:00';
  const { opened, containers } = counted({});
  const ask = await asking(image);
  const first = await ask(containers);
  expect(first.map(([, imageId]) => imageId)).toEqual([undefined, undefined]);
  const none: Containers = {
    imageId: async () => Promise.reject(new Error('no engine')),
    open: async () => Promise.reject(new Error('no engine')),
  };
  expect(await ask(none)).toEqual(first);
  expect(opened).toEqual([image]);
});
