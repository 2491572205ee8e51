/** Libraries that were found nowhere, told all at once. */
import { open } from 'node:fs/promises';
import { isOfLibc, type Audit, type FactsCache, type MissingLibrary } from '../../audit/index.ts';
import { debianPackageOf } from '../../platform/index.ts';
import { WheelworksError, systemErrorCode } from '../../support/errors.ts';

/** @throws WheelworksError `repair/missing-libraries` when something is missing. */
export async function refuseMissing(audit: Audit, facts: FactsCache): Promise<void> {
  const missing = audit.graft?.missing ?? [];
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const told = await Promise.all(missing.map(async (library) => describe(library, audit, facts)));
  throw new WheelworksError(
    'repair/missing-libraries',
    `${names.length === 1 ? 'A library was' : `${names.length} libraries were`} found nowhere: ${names.join(', ')}.`,
    {
      path: audit.subject.path,
      evidence: told.join('\n'),
      hint: 'Install them, name their folder with --lib-path or the system they belong to with --sysroot, or leave them to other packages with --exclude.',
    },
  );
}

async function describe(
  { name, neededBy, searched }: MissingLibrary,
  audit: Audit,
  facts: FactsCache,
): Promise<string> {
  const folders = [...new Set(searched)];
  const debian = debianPackageOf(name);
  const [first, ...others] = neededBy;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const passed = await passedOver(name, folders, { audit, facts });
  return [
    name,
    `  needed by ${first === undefined ? 'the wheel' : chainTo(first, audit)}${more}`,
    ...(isOfLibc(name)
      ? ['  part of the C library, which cannot be carried: build on a system that has it apart']
      : []),
    folders.length === 0
      ? '  looked in no folder: nothing was given to look in'
      : `  looked in ${folders.join(', ')}`,
    ...passed.map((line) => `  passed over ${line}`),
    ...(debian === undefined ? [] : [`  ${debian.suite} has it in ${debian.name}`]),
  ].join('\n');
}

/** How a member of the wheel comes to need what a library outside needs. */
function chainTo(path: string, { graft }: Audit): string {
  const chain = [path];
  for (let place = path; ;) {
    const user = graft?.links.find(({ to }) => to?.inSubject === false && to.path === place);
    if (user === undefined || chain.includes(user.from.path)) break;
    place = user.from.path;
    chain.unshift(place);
  }
  return chain
    .map((each) => each.slice(each.startsWith('/') ? each.lastIndexOf('/') + 1 : 0))
    .join(' -> ');
}

/** Files of that name that no loader would take, each with why. */
async function passedOver(
  name: string,
  folders: readonly string[],
  around: { readonly audit: Audit; readonly facts: FactsCache },
): Promise<readonly string[]> {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const found = await Promise.all(
    folders.map(async (folder) => {
      const path = `${folder}/${base}`;
      const start = await startOf(path);
      const why = start === undefined ? undefined : await unfitness(path, start, around);
      return why === undefined ? [] : [`${path}: ${why}`];
    }),
  );
  return found.flat();
}

async function unfitness(
  path: string,
  start: string,
  { audit, facts }: { readonly audit: Audit; readonly facts: FactsCache },
): Promise<string | undefined> {
  try {
    const found = await facts.read(path);
    if (found?.format !== 'elf') {
      return /\b(?:INPUT|GROUP|OUTPUT_FORMAT)\s*\(/.test(start)
        ? 'a linker script, no library'
        : 'no ELF file';
    }
    if (found.problem !== undefined) return `damaged: ${found.problem.message}`;
    if (found.arch !== audit.architecture)
      return `for ${found.arch ?? 'another processor'}, not ${audit.architecture ?? ''}`;
    const libc = found.elf?.libc;
    if (libc !== undefined && libc !== audit.libc) return `for ${libc}, not ${audit.libc ?? ''}`;
    return found.loadable ? 'of another calling convention or kind' : 'no shared library';
  } catch (error) {
    if (error instanceof WheelworksError) return `damaged: ${error.message}`;
    throw error;
  }
}

/** Linker scripts say what they are in their first lines. */
const START = 512;

/** The first bytes of a file; undefined when there is none that can be read. */
async function startOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
