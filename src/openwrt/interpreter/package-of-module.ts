import type { SplitDefinition } from './definition.ts';

/**
 * The package that holds a module of the standard library: `python3-urllib` for `urllib.request`. The most particular path
 * wins; a module that no package lists is in the light package. Undefined for one that is in no package at all, as
 * `tkinter`.
 *
 * It judges by names: give it modules of the standard library only, and none that are built into the interpreter.
 */
export function packageOfModule(definition: SplitDefinition, module: string): string | undefined {
  const known = answers.get(definition) ?? new Map<string, string | undefined>();
  answers.set(definition, known);
  if (!known.has(module)) known.set(module, findPackage(definition, module));
  return known.get(module);
}

/** Every package that is analysed asks for the same modules again. */
const answers = new WeakMap<SplitDefinition, Map<string, string | undefined>>();

function findPackage(definition: SplitDefinition, module: string): string | undefined {
  const path = module.replaceAll('.', '/');
  const places = [`${path}/__init__.py`, `${path}.py`, `lib-dynload/${module}.cpython-0.so`];
  let best: { readonly name: string | undefined; readonly length: number } | undefined;
  const consider = (pattern: string, name: string | undefined): void => {
    if (best !== undefined && best.length >= pattern.length) return;
    if (places.some((place) => coversPath(pattern, place))) best = { name, length: pattern.length };
  };
  for (const { name, paths } of definition.packages)
    for (const pattern of paths) consider(pattern, name);
  for (const pattern of definition.light.remove) consider(pattern, undefined);
  if (best !== undefined) return best.name;
  const gone = module.split('.').some((part) => definition.removeEverywhere.includes(part));
  return gone ? undefined : definition.light.name;
}

/** Whether a path is what a pattern names, or lies below it. */
export function coversPath(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return path === pattern || path.startsWith(`${pattern}/`);
  return expression(pattern).test(path);
}

const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const body = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('[^/]*');
  const made = new RegExp(`^${body}(?:/|$)`);
  expressions.set(pattern, made);
  return made;
}
