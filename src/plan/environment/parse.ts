/** Reads variables in bash's syntax: `A=1 B="$A two" C=$(nproc)`. */
import type { EnvironmentAssignment } from '../model.ts';
import { badBash, scanWord } from './word.ts';

/**
 * The assignments of a text, in order. They are separated by blanks or line ends; `#` starts a comment.
 * @throws WheelworksError `config/bad-environment`.
 */
export function parseEnvironment(text: string): readonly EnvironmentAssignment[] {
  const assignments: EnvironmentAssignment[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) {
      at += 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      const { end } = scanWord(text, at);
      assignments.push(assignmentOf(text, text.slice(at, end)));
      if (end < text.length && !/\s/.test(text[end] ?? ''))
        throw badBash(
          text,
          text[end] === '('
            ? 'a variable of the environment is no array'
            : `'${text[end] ?? ''}' stands outside quotes`,
        );
      at = end;
    }
  }
  return assignments;
}

function assignmentOf(text: string, word: string): EnvironmentAssignment {
  const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(word) ?? [];
  if (name === undefined || value === undefined)
    throw badBash(text, `'${word.slice(0, 60)}' is not NAME=VALUE`);
  return { name, value };
}
