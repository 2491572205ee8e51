/** Pipelines as YAML that a person can read. */
import { Document, isMap, isPair, isScalar, visit } from 'yaml';
import { versionOfAction } from './pins.ts';

/** How a pipeline is written. */
export interface YamlLayout {
  /** Lines of the comment at the top. */
  readonly head: readonly string[];
  /** Comments above top-level keys, and above the keys of `jobs`. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** A pipeline as text: keys in their order, an empty line between its parts, versions beside pinned actions. */
export function yamlText(content: object, { head, notes = {} }: YamlLayout): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = head.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key)) return;
      const depth = ancestors.filter(isPair).length;
      const isJob = depth === 1 && isUnder(ancestors, 'jobs');
      if (depth === 0 || isJob) {
        const note = notes[String(pair.key.value)];
        const { key } = pair;
        key.spaceBefore = !isFirst(pair, ancestors);
        if (note !== undefined) key.commentBefore = ` ${note}`;
      }
      if (pair.key.value === 'uses' && isScalar(pair.value)) {
        const version = versionOfAction(String(pair.value.value));
        if (version !== undefined) pair.value.comment = ` ${version}`;
      }
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function isUnder(ancestors: readonly unknown[], name: string): boolean {
  return ancestors.some(
    (ancestor) => isPair(ancestor) && isScalar(ancestor.key) && ancestor.key.value === name,
  );
}

function isFirst(pair: unknown, ancestors: readonly unknown[]): boolean {
  const map = ancestors.at(-1);
  return isMap(map) && map.items[0] === pair;
}
