/**
 * The order of variables that stand together: that of the feed's maintainers, but what a `:=` or a condition uses comes
 * before it, since make fills it in at once.
 */
import { groupBy } from '../../support/group-by.ts';

export interface HeadLine {
  readonly name: string;
  readonly operator: ':=' | '=' | '?=' | '+=';
  readonly value: string;
  readonly when: readonly string[];
  /** As printed. */
  readonly text: string;
  /** A key of the definition, set once; others may be set again, and keep their order among themselves. */
  readonly isField: boolean;
}

/** The texts of the lines, in the same blocks, with what is used early moved up to its first use. */
export function inOrder(blocks: readonly (readonly HeadLine[])[]): string[][] {
  const lines = blocks.flat();
  const byName = groupBy(lines, ({ name }) => name);
  const others = lines.filter(({ isField }) => !isField);
  const done = new Set<HeadLine>();
  const asked = new Set<string>();
  let block: string[] = [];
  const print = (line: HeadLine): void => {
    if (done.has(line)) return;
    done.add(line);
    if (line.operator === ':=' || line.operator === '+=') need(line.value, line);
    for (const each of line.when) need(each, line);
    block.push(line.text);
  };
  /** All that a text uses, and what that uses in turn, is printed before the line that has it. */
  const need = (text: string, by: HeadLine): void => {
    for (const name of namesIn(text)) {
      const used = byName.get(name) ?? [];
      const last = used.at(-1);
      if (last === undefined || asked.has(name) || !(by.isField || last.isField)) continue;
      asked.add(name);
      for (const each of used) need(each.value, each);
      if (last.isField) print(last);
      else others.slice(0, others.indexOf(last) + 1).forEach(print);
    }
  };
  return blocks.map((each) => {
    block = [];
    each.forEach(print);
    return block;
  });
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/\$[({]([^\s(){}$:,]+)/g)].map((match) => match[1] ?? '');
}
