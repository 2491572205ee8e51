/** Patterns of files, as `include` of ld.so.conf takes them: glob(7) with `*`, `?` and `[...]`, part by part. */
import type { Root } from './root.ts';

/** The paths that match an absolute pattern, sorted; whether they are files is for the reader to see. */
export async function globInRoot(root: Root, pattern: string): Promise<readonly string[]> {
  let found: readonly string[] = [''];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const next: string[] = [];
    for (const folder of found) {
      if (!/[*?[]/.test(part)) next.push(`${folder}/${part}`);
      else
        for (const name of await root.list(folder === '' ? '/' : folder))
          if (matchesGlob(part, name)) next.push(`${folder}/${name}`);
    }
    found = next;
  }
  return found;
}

/** Whether a name matches one part of a pattern. A leading dot is only matched by a dot. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return matchFrom(pattern, name);
}

/** Goes back to the last star alone, so that the time is no more than pattern by name. */
function matchFrom(pattern: string, name: string): boolean {
  let at = 0;
  let position = 0;
  let star: { readonly at: number; position: number } | undefined;
  while (position < name.length) {
    const step = stepAt(pattern, at);
    if (step?.kind === 'star') {
      star = { at: step.end, position };
      at = step.end;
    } else if (step !== undefined && step.takes(name.charAt(position))) {
      at = step.end;
      position += 1;
    } else if (star !== undefined) {
      star.position += 1;
      position = star.position;
      at = star.at;
    } else return false;
  }
  while (pattern.charAt(at) === '*') at += 1;
  return at === pattern.length;
}

type Step =
  | { readonly kind: 'star'; readonly end: number }
  | { readonly kind: 'one'; readonly end: number; takes(character: string): boolean };

function stepAt(pattern: string, at: number): Step | undefined {
  const character = pattern.charAt(at);
  if (character === '') return undefined;
  if (character === '*') return { kind: 'star', end: at + 1 };
  if (character === '?') return { kind: 'one', end: at + 1, takes: () => true };
  const set = character === '[' ? setAt(pattern, at) : undefined;
  if (set !== undefined) return set;
  return { kind: 'one', end: at + 1, takes: (each) => each === character };
}

/** `[a-z]`, `[!0-9]`; a bracket that is never closed stands for itself. */
function setAt(pattern: string, at: number): Step | undefined {
  const negated = /[!^]/.test(pattern.charAt(at + 1));
  const first = at + (negated ? 2 : 1);
  const end = pattern.indexOf(']', first + 1);
  if (end === -1) return undefined;
  const members = pattern.slice(first, end);
  const has = (character: string): boolean => {
    for (let index = 0; index < members.length; index += 1) {
      const low = members.charAt(index);
      const isRange = members.charAt(index + 1) === '-' && index + 2 < members.length;
      if (character >= low && character <= (isRange ? members.charAt(index + 2) : low)) return true;
      if (isRange) index += 2;
    }
    return false;
  };
  return { kind: 'one', end: end + 1, takes: (character) => has(character) !== negated };
}
