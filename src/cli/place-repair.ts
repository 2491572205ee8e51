/** Repairs with what the place of a build has: wheels lean on the libraries that they were built with. */
import type { BuildPlace, RepairSource } from '../build/index.ts';
import { TOOL_VERSION } from './version.ts';

type Session = Awaited<ReturnType<RepairSource>>;

/** Opens repair sessions; that of this machine once. */
export function placeRepair(): RepairSource {
  let session: Promise<Session> | undefined;
  return async (place, wheel) => {
    if (place.kind === 'container') return containerSession(place, wheel);
    session ??= hostSession();
    return session;
  };
}

async function hostSession(): Promise<Session> {
  const { createFactsCache, detectHost, openLibraries } = await import('../audit/index.ts');
  const { openRepairSession } = await import('../repair/index.ts');
  const facts = createFactsCache();
  const host = await detectHost(process.execPath);
  return openRepairSession({
    libraries: await openLibraries({ facts, host }),
    facts,
    toolVersion: TOOL_VERSION,
  });
}

async function containerSession(place: BuildPlace, path: string): Promise<Session> {
  const { auditWheel, createFactsCache, openLibraries } = await import('../audit/index.ts');
  const { openRepairSession } = await import('../repair/index.ts');
  const { withWheel } = await import('../wheel/index.ts');
  const { externalLibraries } = await withWheel(path, async (wheel) => auditWheel(wheel));
  const libPaths = await place.librariesFor(externalLibraries.map(({ name }) => name));
  const facts = createFactsCache();
  return openRepairSession({
    libraries: await openLibraries({ facts, libPaths }),
    facts,
    toolVersion: TOOL_VERSION,
  });
}
