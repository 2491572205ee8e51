/** Repair sessions for tests. */
import { createFactsCache, detectHost, openLibraries } from '../../src/audit/index.ts';
import { openRepairSession, type RepairSession } from '../../src/repair/index.ts';

/** Libraries come from this machine. */
export async function hostSession(): Promise<RepairSession> {
  return sessionOver({ host: await detectHost(process.execPath) });
}

/** Libraries come from the given places alone. */
export async function sessionOver(
  places: Parameters<typeof openLibraries>[0],
): Promise<RepairSession> {
  const facts = createFactsCache();
  const libraries = await openLibraries({ ...places, facts });
  const { sysroot } = places;
  return openRepairSession({
    libraries,
    facts,
    toolVersion: 'test',
    ...(sysroot === undefined ? {} : { sysroot }),
  });
}
