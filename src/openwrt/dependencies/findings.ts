/** What is wrong with the dependencies of a package, or cannot be told. */
import { matchesSpecifier, candidateFrom } from '../../packaging/specifier-match.ts';
import type { Finding } from '../../support/finding.ts';
import { packageName, projectName } from '../names.ts';
import { installedName, packageOfModule } from '../interpreter/index.ts';
import { packageOfLibrary } from '../native/index.ts';
import type { Evidence } from './evidence.ts';
import { likelyProject, namespaceOf, projectsOfModule } from './import-names.ts';
import { closureOf } from './minimal.ts';
import type { Dependency, ImpliedDependency, Step } from './model.ts';

import { assumedImports, withoutOnlyPair } from './assumed-imports.ts';
import { otherSystemOf, type OtherSystem } from './other-systems.ts';
import { removedImports } from './removed-imports.ts';
import { minorsWithModule } from './stdlib/index.ts';
import { importsOf } from './subject.ts';

interface Found {
  readonly dependencies: readonly Dependency[];
  readonly implied: readonly ImpliedDependency[];
}

/** The findings, by code and then by what they are about. */
export async function findingsOf(evidence: Evidence, found: Found): Promise<Finding[]> {
  const findings = [
    ...unreadable(evidence),
    ...unseen(evidence),
    ...withoutOnlyPair(await foreignImports(evidence), evidence),
    ...assumedImports(evidence),
    ...removedImports(evidence),
    ...absentModules(evidence),
    ...requirements(evidence),
    ...libraries(evidence),
    ...againstFeed(evidence, found),
  ];
  return findings.sort(
    (one, other) => compare(one.code, other.code) || compare(one.path, other.path),
  );
}

function compare(one = '', other = ''): number {
  return one < other ? -1 : Number(one > other);
}

/** A reader older than the target cannot tell a fault from syntax that is new to it. */
function unreadable({ scanned, release }: Evidence): Finding[] {
  const [, minor = 0] = scanned.reader;
  const isOlder = minor < Number(release.python.minor.split('.')[1]);
  return scanned.unreadable.map(({ path, problem, line }) => ({
    code: isOlder ? 'openwrt/unread-source' : 'openwrt/bad-source',
    severity: 'warning',
    effect: 'users-break',
    path,
    message: isOlder
      ? `${path} cannot be read by Python ${scanned.reader.join('.')}, which is older than the target; what it imports is not known.`
      : `${path} is no Python that could be read; what it imports is not known.`,
    evidence: line === undefined ? problem : `line ${line}: ${problem}`,
    hint: isOlder
      ? `Name a Python ${release.python.minor} with --python.`
      : `If the package does without it, take it out: -|/${path}`,
  }));
}

/** What is compiled imports in ways that nobody sees. */
function unseen({ scanned }: Evidence): Finding[] {
  const hidden = [...scanned.modules.values()].filter(({ source }) => source === undefined);
  const findings: Finding[] = [];
  for (const kind of ['native', 'bytecode'] as const) {
    const some = hidden.filter((each) => each.kind === kind);
    const [first] = some;
    if (first === undefined) continue;
    findings.push({
      code: kind === 'native' ? 'openwrt/native-imports' : 'openwrt/bytecode-imports',
      severity: kind === 'native' ? 'info' : 'warning',
      effect: 'users-break',
      path: first.path,
      message:
        kind === 'native'
          ? `What modules in machine code import cannot be seen: ${count(some.length, 'module')}.`
          : `There is bytecode alone, whose imports are not read: ${count(some.length, 'module')}.`,
      evidence: some
        .slice(0, MOST_NAMED)
        .map(({ name }) => name)
        .join(', '),
      ...(kind === 'bytecode' ? { hint: 'Analyse the package with its sources.' } : {}),
    });
  }
  return findings;
}

const MOST_NAMED = 8;

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Imports of others' modules that nothing declares, and of modules that other Pythons have; by module. */
async function foreignImports({
  subject,
  requirements,
  release,
  removed,
  built,
}: Evidence): Promise<ReadonlyMap<string, Finding>> {
  const declared = new Set(requirements.active.map(({ project }) => project));
  const findings = new Map<string, Finding>();
  for (const { step } of subject.foreign) {
    const [module = ''] = step.to.split('.', 1);
    if (step.when === 'optional' || findings.has(module) || removed.has(step.to)) continue;
    if (built.has(module)) continue;
    if (subject.providers.has(namespaceOf(step.to))) continue;
    if (projectsOfModule(step.to).some((project) => declared.has(project))) continue;
    findings.set(module, await foreignImport(module, step, { subject, requirements, release }));
  }
  return findings;
}

async function foreignImport(
  module: string,
  step: Step,
  { requirements, release }: Pick<Evidence, 'subject' | 'requirements' | 'release'>,
): Promise<Finding> {
  const place = placeOf(step);
  const effect = 'users-break';
  const minors = await minorsWithModule(module);
  if (minors.length > 0)
    return {
      code: 'openwrt/no-such-module',
      severity: step.when === 'import' ? 'error' : 'warning',
      effect,
      ...place,
      message: `${module} is not in the standard library of Python ${release.python.minor}.`,
      hint: `It is in that of ${minors.join(', ')}: take another version of the package, or a package that brings the module.`,
    };
  const other = otherSystemOf(module);
  if (other !== undefined) return ofOtherSystem(module, step, other);
  const extra = requirements.extras.find((each) =>
    projectsOfModule(step.to).includes(each.project),
  );
  return {
    code: 'openwrt/undeclared-import',
    severity: step.when === 'import' ? 'error' : 'warning',
    effect,
    ...place,
    message: `${module} is imported, and no requirement brings it.`,
    hint: `${
      extra === undefined
        ? hintWithout(likelyProject(step.to))
        : `The extra ${extra.extra} brings it: give --extra ${extra.extra}.`
    } wheelworks openwrt why WHEEL ${module} --target ${release.name} shows all that import it.`,
  };
}

function ofOtherSystem(module: string, step: Step, { whose, isForeign }: OtherSystem): Finding {
  return {
    code: 'openwrt/no-such-module',
    severity: step.when === 'import' ? 'error' : isForeign ? 'info' : 'warning',
    effect: step.when !== 'import' && isForeign ? 'advice' : 'users-break',
    ...placeOf(step),
    message: `${module} is imported, which belongs to ${whose} and is in no package of OpenWrt.`,
    hint: 'Where the package does without it, nothing is to be done; else leave out what imports it with a filespec.',
  };
}

function hintWithout(project: string | undefined): string {
  if (project === undefined)
    return 'Ask the project who brings it, and add that package with --with.';
  const name = packageName(project);
  return `If it is from ${project}, add ${name} to the dependencies: --with ${name}.`;
}

function placeOf({ path, line, inFunction }: Step): Pick<Finding, 'path' | 'evidence'> {
  const where = inFunction === undefined ? '' : `, in ${inFunction}`;
  return { ...(path === undefined ? {} : { path }), evidence: `line ${line ?? 0}${where}` };
}

/** Modules of the standard library that no package of the target has: tkinter, webbrowser. */
function absentModules({ subject, library, definition, release }: Evidence): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { step } of subject.standard) {
    const { to } = step;
    if (step.when === 'optional' || findings.has(to)) continue;
    const isThere = library.modules.has(to);
    if (library.builtin.has(to) || (isThere && packageOfModule(definition, to) !== undefined))
      continue;
    findings.set(to, {
      code: isThere ? 'openwrt/module-not-packaged' : 'openwrt/no-such-module',
      severity: step.when === 'import' ? 'error' : 'warning',
      effect: 'users-break',
      ...placeOf(step),
      message: isThere
        ? `${to} is in no package of OpenWrt ${release.name}.`
        : `${to} is not in the standard library of Python ${release.python.minor}.`,
    });
  }
  return [...findings.values()];
}

function requirements({ requirements: judged, subject }: Evidence): Finding[] {
  const findings: Finding[] = [];
  for (const { text, project } of judged.undecided)
    findings.push({
      code: 'openwrt/undecided-requirement',
      severity: 'warning',
      effect: 'users-break',
      message: `Whether ${text} holds depends on the machine, and the package is for all of them.`,
      hint: `Where the devices need it, pack with --with ${packageName(project)}; wheelworks openwrt why --arch NAME tells of one machine.`,
    });
  for (const { requirement, text, project } of judged.active) {
    if (requirement.url !== undefined)
      findings.push({
        code: 'openwrt/direct-reference',
        severity: 'warning',
        effect: 'users-break',
        message: `${text} asks for a file by its address; the package depends on ${packageName(project)} of the feed.`,
      });
    if (importsOf(subject, project).length === 0)
      findings.push({
        code: 'openwrt/unused-requirement',
        severity: 'info',
        effect: 'advice',
        message: `${text} is required, and no file imports it.`,
        hint: 'It stays a dependency: a plug-in or a module in machine code may need it.',
      });
  }
  return findings;
}

function libraries({ libraries: needed, feed }: Evidence): Finding[] {
  const findings: Finding[] = [];
  for (const { library, path } of needed) {
    const { kind } = packageOfLibrary(library, feed?.packages);
    if (kind === 'libc' || kind === 'package') continue;
    findings.push({
      code: 'openwrt/unmapped-library',
      severity: 'error',
      effect: 'users-break',
      path,
      message: `${library} is needed, and no package is known to have it.`,
      ...(feed === undefined
        ? { hint: 'The index of the target, given with --feed, may tell.' }
        : {}),
    });
  }
  return findings;
}

/** What makes a package that the feed lacks: parts of the interpreter and libraries are no projects. */
function makerOf(name: string, definition: Evidence['definition']): string {
  const { packages, light, meta, minor } = definition;
  const parts = [light.name, meta, ...packages.map((each) => installedName(each, minor))];
  if (parts.includes(name))
    return 'It is a part of the interpreter: wheelworks openwrt split-interpreter makes it, or add a feed that has it.';
  const project = projectName(name);
  return project === undefined
    ? 'Add a feed that has it.'
    : `Make it with wheelworks openwrt pack from a wheel of ${project}, or add a feed that has it.`;
}

/** Whether the feed has the dependencies, in versions that are wanted, and none that depends on the package itself. */
function againstFeed(evidence: Evidence, { dependencies, implied }: Found): Finding[] {
  const { feed, definition, requirements: judged } = evidence;
  if (feed === undefined) return [];
  const findings: Finding[] = [];
  for (const { name } of [...dependencies, ...implied]) {
    const found = feed.find(name);
    if (found === undefined)
      findings.push({
        code: 'openwrt/missing-dependency',
        // A device installs from several feeds, and packages are made in any order.
        severity: 'warning',
        effect: 'users-break',
        message: `${name} is needed, and the feed does not have it.`,
        hint: makerOf(name, definition),
      });
    else if (closureOf(name, { definition, feed }).has(name))
      findings.push({
        code: 'openwrt/dependency-cycle',
        severity: 'warning',
        effect: 'advice',
        message: `${name} depends on itself through other packages.`,
      });
  }
  for (const { requirement, text, project } of judged.active) {
    const version = feed.find(packageName(project))?.version;
    if (version === undefined) continue;
    const candidate = candidateFrom(version);
    if (!requirement.specifier.every((each) => matchesSpecifier(each, candidate)))
      findings.push({
        code: 'openwrt/feed-version',
        severity: 'warning',
        effect: 'users-break',
        message: `${text} is required, and the feed has version ${version}.`,
      });
  }
  return findings;
}
