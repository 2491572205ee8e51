/** The image of a container: there, or fetched, and of the right architecture. */
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import { runEngine, type Engine } from './engine.ts';
import { pullError } from './engine-errors.ts';

/** An image that the engine has. */
export interface LocalImage {
  readonly reference: string;
  /** The digest of its configuration: what is in it, whatever it is called. */
  readonly id: string;
  /** As the engine names it: `amd64`. */
  readonly architecture: string;
}

export interface EnsureImageOptions {
  readonly reference: string;
  /** As tags name it: `x86_64`, `i686`. */
  readonly architecture: string;
  /** Nothing is fetched. */
  readonly offline: boolean;
  readonly events: EventSink;
  readonly signal?: AbortSignal;
}

/** The names of the OCI image specification (GOARCH). */
const OCI_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['i686', '386'],
  ['aarch64', 'arm64'],
  ['armv7l', 'arm/v7'],
  ['loongarch64', 'loong64'],
]);

/**
 * The image, fetched when it is not there.
 * @throws WheelworksError `container/image-not-found`, `container/registry-unreachable`, `container/registry-denied`,
 *   `container/pull-failed`, `container/wrong-architecture`, `container/disk-full`.
 */
export async function ensureImage(
  engine: Engine,
  options: EnsureImageOptions,
): Promise<LocalImage> {
  const { reference, architecture, events } = options;
  const found = await inspect(engine, options);
  if (found !== undefined && isFor(found, architecture)) return found;
  if (options.offline) throw found === undefined ? absent(options) : wrong(found, options);
  const platform = `linux/${OCI_NAMES.get(architecture) ?? architecture}`;
  const id = `pull ${reference}`;
  const result = await runTask(events, { id, label: id }, () =>
    runEngine(engine, ['pull', '--platform', platform, reference], {
      ...signalOf(options),
      onLine: (line) => events({ type: 'task-output', id, line }),
    }),
  );
  if (result.exitCode !== 0) throw pullError(engine.name, reference, result);
  const pulled = await inspect(engine, options);
  if (pulled === undefined) throw absent(options);
  if (!isFor(pulled, architecture)) throw wrong(pulled, options);
  return pulled;
}

const inspection = z.array(z.object({ Id: z.string(), Architecture: z.string().default('') }));

async function inspect(
  engine: Engine,
  options: EnsureImageOptions,
): Promise<LocalImage | undefined> {
  const { reference } = options;
  const result = await runEngine(engine, ['image', 'inspect', reference], signalOf(options));
  if (result.exitCode !== 0) return undefined;
  const image = inspection.safeParse(JSON.parse(result.stdout)).data?.[0];
  return image === undefined
    ? undefined
    : { reference, id: image.Id.replace(/^sha256:/, ''), architecture: image.Architecture };
}

function signalOf({ signal }: EnsureImageOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** A 32-bit userland may say that it is for the processor's own architecture. */
function isFor(image: LocalImage, architecture: string): boolean {
  const wanted = OCI_NAMES.get(architecture) ?? architecture;
  const accepted = [
    wanted.replace(/\/.*/, ''),
    ...(architecture === 'i686' ? ['amd64'] : []),
    ...(architecture === 'armv7l' ? ['arm64'] : []),
    // Images that were made by hand may not say.
    '',
  ];
  return accepted.includes(image.architecture);
}

function absent({ reference }: EnsureImageOptions): WheelworksError {
  return new WheelworksError(
    'container/image-not-found',
    `The image ${reference} is not on this machine, and nothing is to be fetched.`,
    { hint: 'Run once without --offline, or load the image by hand (docker load, podman load).' },
  );
}

function wrong(image: LocalImage, { architecture }: EnsureImageOptions): WheelworksError {
  return new WheelworksError(
    'container/wrong-architecture',
    `The image ${image.reference} is for ${image.architecture}, not for ${architecture}.`,
    {
      hint: `Name an image for ${architecture}: manylinux-${architecture}-image or musllinux-${architecture}-image.`,
    },
  );
}
