/** The packages of a recipe: what `Package/NAME` and its parts say, with the templates they call filled in. */
import {
  evaluateMakefile,
  expand,
  newScope,
  parseMakefile,
  unescapeDollars,
  type Evaluation,
  type MakeEvent,
  type Scope,
} from '../makefile/index.ts';
import { PACKAGE_FIELDS, PACKAGE_PARTS } from './fields.ts';
import type { ImportNote } from './import.ts';
import { splitWords } from './words.ts';

/** One `[[package]]`, before the schema looks at it. */
export type PackageTable = Record<string, unknown>;

export interface ImportedPackages {
  readonly tables: readonly PackageTable[];
  readonly lines: ReadonlyMap<string, number>;
  readonly verbatim: readonly ImportNote[];
}

/** Takes the packages that the recipe builds, in the order in which it does. */
export function importPackages(evaluation: Evaluation): ImportedPackages {
  const lines = new Map<string, number>();
  const verbatim: ImportNote[] = [];
  const tables = builtPackages(evaluation.events).map((built) => {
    const { name } = built;
    const body = lastDefine(evaluation.events, `Package/${name}`);
    if (body === undefined)
      verbatim.push({
        line: built.line,
        text: `$(eval $(call BuildPackage,${name}))`,
        reason: `Package/${name} is not defined here`,
      });
    lines.set(name, body?.line ?? built.line);
    const settings = settingsOf(body?.body ?? '', evaluation, (event, text, reason) =>
      verbatim.push({ line: body?.line ?? event.line, text, reason }),
    );
    return {
      name,
      interpreter: built.interpreter,
      sources: built.sources,
      when: [...new Set([...(body?.when ?? []), ...built.when])],
      ...settings,
      ...partsOf(name, evaluation, verbatim),
    };
  });
  return { tables, lines, verbatim };
}

/** Whether a define is told by a package that is built. */
export function isPackagePart(name: string, events: readonly MakeEvent[]): boolean {
  const match = /^(Package|Py3Package|PyPackage)\/([^/]+)(?:\/([^/]+))?$/.exec(name);
  if (match === null) return false;
  const [, kind = '', owner = '', part] = match;
  if (!builtPackages(events).some((built) => built.name === owner)) return false;
  if (part === undefined) return kind === 'Package';
  return kind === 'Package' ? part in PACKAGE_PARTS : part === 'filespec' || part === 'install';
}

interface BuiltPackage {
  readonly name: string;
  readonly line: number;
  readonly interpreter: 'python3' | 'python2' | 'none';
  readonly sources: boolean;
  readonly when: readonly string[];
}

function builtPackages(events: readonly MakeEvent[]): BuiltPackage[] {
  const known = cache.get(events);
  if (known !== undefined) return known;
  const calls = events.filter((event) => event.kind === 'call');
  const namesOf = (kind: string): Set<string> =>
    new Set(
      calls.filter(({ name }) => name === kind).map(({ values }) => (values[0] ?? '').trim()),
    );
  const python3 = namesOf('Py3Package');
  const python2 = namesOf('PyPackage');
  const all = namesOf('BuildPackage');
  const defined = new Set(
    events.filter((event) => event.kind === 'define').map(({ name }) => name),
  );
  const isTwin = (name: string): boolean => {
    const main = name.replace(/-src$/, '');
    return (
      main !== name && (python3.has(main) || python2.has(main)) && !defined.has(`Package/${name}`)
    );
  };
  const built = [...all]
    .filter((name) => !isTwin(name))
    .map((name): BuiltPackage => {
      const call = calls.find(
        (each) => each.name === 'BuildPackage' && each.values[0]?.trim() === name,
      );
      return {
        name,
        line: call?.line ?? 1,
        interpreter: python3.has(name) ? 'python3' : python2.has(name) ? 'python2' : 'none',
        sources: all.has(`${name}-src`) && isTwin(`${name}-src`),
        when: call?.when ?? [],
      };
    });
  cache.set(events, built);
  return built;
}

/** Every define of a Makefile asks; those of one file have one list of events. */
const cache = new WeakMap<readonly MakeEvent[], BuiltPackage[]>();

interface Body {
  readonly line: number;
  readonly body: string;
  readonly when: readonly string[];
}

function lastDefine(events: readonly MakeEvent[], name: string): Body | undefined {
  const event = events.findLast(
    (each) => (each.kind === 'define' || each.kind === 'set') && each.name === name,
  );
  if (event?.kind === 'define') return event;
  return event?.kind === 'set' ? { ...event, body: event.value } : undefined;
}

/** What the build system sets before a package's own settings are read, so that `+=` adds to it. */
const PACKAGE_DEFAULTS = ['DEPENDS', 'PROVIDES', 'CONFLICTS', 'TITLE', 'EXTRA_DEPENDS', 'MENU'];

function settingsOf(
  body: string,
  { context, scope }: Evaluation,
  leave: (event: MakeEvent, text: string, reason: string) => void,
): PackageTable {
  const own = newScope(scope);
  for (const name of PACKAGE_DEFAULTS) own.set(name, { value: '', isSimple: true });
  const text = unescapeDollars(expand(body, context));
  const { events } = evaluateMakefile(parseMakefile(text, ''), { ...context, scope: own });
  const table: PackageTable = {};
  const settings: Record<string, unknown>[] = [];
  for (const event of events) {
    if (event.kind === 'set') place(event, { own, table, settings, events });
    else if (event.kind === 'verbatim') leave(event, event.text, event.reason);
    else leave(event, textOfEvent(event), 'no setting of a package');
  }
  return { ...table, settings };
}

interface Placing {
  readonly own: Scope;
  readonly table: PackageTable;
  readonly settings: Record<string, unknown>[];
  readonly events: readonly MakeEvent[];
}

function place(
  event: Extract<MakeEvent, { kind: 'set' }>,
  { own, table, settings, events }: Placing,
): void {
  const rule = PACKAGE_FIELDS[event.name];
  const sets = events.filter((each) => each.kind === 'set' && each.name === event.name);
  const isAlways = sets.every(({ when }) => when.length === 0);
  const value = (own.get(event.name)?.value ?? event.value).trim();
  if (rule !== undefined && isAlways) {
    table[rule.key] = rule.kind === 'words' ? splitWords(value) : value;
  } else if (rule !== undefined && event.when.length === 0 && event.operator === ':=') {
    table[rule.key] = rule.kind === 'words' ? splitWords(event.value) : event.value.trim();
  } else if (isAlways) {
    if (!settings.some((each) => each['name'] === event.name))
      settings.push({ name: event.name, value });
  } else {
    const { name, operator, when } = event;
    settings.push({ name, operator, value: event.value.trim(), when });
  }
}

function textOfEvent(event: MakeEvent): string {
  if (event.kind === 'include') return `include ${event.path}`;
  if (event.kind === 'call') return `$(call ${[event.name, ...event.values].join(',')})`;
  return 'name' in event ? event.name : event.kind;
}

function partsOf(name: string, evaluation: Evaluation, verbatim: ImportNote[]): PackageTable {
  const { events, context } = evaluation;
  const table: PackageTable = {};
  const take = (define: string, key: string, change: (body: string) => unknown): void => {
    const found = lastDefine(events, define);
    if (found === undefined) return;
    if (found.when.length > 0)
      verbatim.push({
        line: found.line,
        text: `define ${define}\n${found.body}\nendef`,
        reason: `only where ${found.when.join(' and ')}`,
      });
    else table[key] = change(found.body);
  };
  for (const [part, key] of Object.entries(PACKAGE_PARTS))
    take(`Package/${name}/${part}`, key, (body) => {
      if (part === 'conffiles') return linesOf(expand(body, context));
      return part === 'description' ? expand(body, context).trimEnd() : body;
    });
  for (const kind of ['Py3Package', 'PyPackage']) {
    take(`${kind}/${name}/filespec`, 'filespec', (body) => linesOf(expand(body, context)));
    take(`${kind}/${name}/install`, 'install', (body) => body);
  }
  return table;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
