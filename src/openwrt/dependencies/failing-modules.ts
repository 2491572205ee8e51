/** Whether modules of the package work: what stands in for another does not where it needs what nobody declares. */
import { importsOnTarget, type ImportEdge, type ModuleKnowledge } from './imports/edges.ts';
import type { ScannedModule } from './imports/scan-tree.ts';
import { packagesAround } from './own-modules.ts';

/**
 * Tells whether the import of a module fails, by what it and the modules that it imports ask for.
 * @returns a question; `from` is the module that imports, which is there already, with the packages around it
 */
export function failingModules(
  modules: ReadonlyMap<string, ScannedModule>,
  knowledge: Omit<ModuleKnowledge, 'isBroken'>,
): (name: string, from: string) => boolean {
  const known = new Map<string, readonly ImportEdge[]>();
  const edgesOf = (name: string): readonly ImportEdge[] => {
    const facts = modules.get(name)?.scan.imports ?? [];
    const edges =
      known.get(name) ?? importsOnTarget(facts, { ...knowledge, isBroken: () => false }).edges;
    known.set(name, edges);
    return edges;
  };
  return (name, from) => {
    const seen = new Set([from, ...packagesAround(from)]);
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const wanted = edgesOf(next).filter(({ when }) => when === 'import');
      const targets = wanted.map(({ target }) => target);
      if (targets.some((target) => !knowledge.isAvailable(target))) return true;
      for (const target of [...packagesAround(next), ...targets])
        if (modules.has(target)) waiting.push(target);
    }
    return false;
  };
}
