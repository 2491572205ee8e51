import { evaluate, type Names, type Value } from './condition.ts';
import type { ScannedModule } from './scan-tree.ts';

/** Steps from a name to where it is defined; more of them go in circles. */
const MOST_STEPS = 8;

/**
 * The names that a target decides, and those that modules make of them: `click._compat.WIN`, also where another module took
 * it over with `from ._compat import WIN`.
 */
export function moduleNames(target: Names, modules: ReadonlyMap<string, ScannedModule>): Names {
  const lookUp = (dotted: string, steps: number): Value | undefined => {
    const known = target.name(dotted);
    if (known !== undefined || steps === 0) return known;
    const dot = dotted.lastIndexOf('.');
    const module = modules.get(dotted.slice(0, dot));
    if (dot === -1 || module === undefined) return undefined;
    const name = dotted.slice(dot + 1);
    const constants = new Map(Object.entries(module.scan.constants));
    const constant = constants.get(name);
    const inner: Names = { name: (each) => lookUp(each, steps - 1), call: target.call };
    if (constant !== undefined) return evaluate(constant, inner);
    const takenFrom = module.scan.imports.filter(({ names }) => names?.includes(name) === true);
    const [only] = takenFrom;
    return takenFrom.length === 1 && only !== undefined
      ? lookUp(`${only.module}.${name}`, steps - 1)
      : undefined;
  };
  return { name: (dotted) => lookUp(dotted, MOST_STEPS), call: target.call };
}
