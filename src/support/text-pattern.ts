/** Patterns over texts, as fnmatch(3) has them. */
/**
 * Whether a text matches a pattern as a whole: `*` any characters, `?` one, `[ab]`, `[a-z]` and `[!a]` one of a set.
 * The time is proportional to the product of their lengths.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  const characters = Array.from(text);
  let token = 0;
  let at = 0;
  // Where to go on when what follows the last star does not fit: the star then takes one character more.
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (typeof current === 'function' && current(characters[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star === -1) {
      return false;
    } else {
      token = star + 1;
      starAt += 1;
      at = starAt;
    }
  }
  return tokens.slice(token).every((left) => left === '*');
}

/** Whether a `[` of a pattern is never closed, and so is an ordinary character where a set was meant. */
export function hasUnclosedSet(pattern: string): boolean {
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index += 1) {
    if (characters[index] !== '[') continue;
    const set = characterSet(characters, index);
    if (set === undefined) return true;
    index = set.end;
  }
  return false;
}

type Token = '*' | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(() => true);
    else {
      const set = character === '[' ? characterSet(characters, index) : undefined;
      tokens.push(set?.matches ?? ((other) => other === character));
      index = set?.end ?? index;
    }
  }
  return tokens;
}

/** A `[...]` that starts at `start`; undefined when it is never closed, and so an ordinary bracket. */
function characterSet(
  characters: readonly string[],
  start: number,
): { matches: (character: string) => boolean; end: number } | undefined {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  // A closing bracket in the first place stands for itself.
  const end = characters.indexOf(']', first + 1);
  if (end === -1) return undefined;
  const ranges: (readonly [string, string])[] = [];
  for (let index = first; index < end; index += 1) {
    const from = characters[index] ?? '';
    const isRange = characters[index + 1] === '-' && index + 2 < end;
    ranges.push([from, isRange ? (characters[index + 2] ?? '') : from]);
    if (isRange) index += 2;
  }
  const contains = (character: string): boolean =>
    ranges.some(([from, to]) => from <= character && character <= to);
  return { matches: (character) => contains(character) !== negated, end };
}
