/**
 * Versions in CMake files: `project(name VERSION 1.2.3)`, and variables, `set(NAME "1.2.3")`.
 *
 * Specification: cmake-language(7), "Command Invocations" and "Comments"; the command project, whose VERSION is up to
 * four numbers. https://cmake.org/cmake/help/latest/command/project.html
 */
import { ambiguous, noVersion, type Located, type VersionFormat } from './format.ts';

const PROJECT = 'project';

export const cmakeFormat: VersionFormat = {
  name: 'cmake',
  locate(text, key, path) {
    const name = key ?? PROJECT;
    const found = commandsOf(text).flatMap((command) => {
      const place =
        name.toLowerCase() === PROJECT ? projectVersion(command) : variable(command, name);
      return place === undefined ? [] : [place];
    });
    const [first, second] = found;
    if (first === undefined) throw noVersion(path, key, [PROJECT]);
    if (second !== undefined)
      throw ambiguous(
        path,
        found.map(({ value }) => `${name} ${value}`),
      );
    const isProject = name.toLowerCase() === PROJECT;
    return toLocated(first, { key: isProject ? PROJECT : name, numbersOnly: isProject });
  },
};

interface Word {
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

interface Command {
  readonly name: string;
  readonly words: readonly Word[];
}

/** Names of commands fold case; comments and the arguments of other commands are passed over. */
const COMMAND = /([A-Za-z_]\w*)[ \t]*\(/y;
const SPACE = /(?:\s+|#\[(=*)\[[\s\S]*?\]\1\]|#[^\n]*)+/y;
const BRACKET = /\[(=*)\[[\s\S]*?\]\1\]/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;
const UNQUOTED = /[^\s()#"]+/y;

function commandsOf(text: string): readonly Command[] {
  const commands: Command[] = [];
  let position = 0;
  while (position < text.length) {
    position += matchAt(SPACE, text, position)?.[0].length ?? 0;
    const start = matchAt(COMMAND, text, position);
    if (start === null) {
      // Nothing that CMake would take, either; the next line may be a command.
      const end = text.indexOf('\n', position);
      if (end === -1) break;
      position = end + 1;
      continue;
    }
    const { words, end } = wordsFrom(text, position + start[0].length);
    commands.push({ name: (start[1] ?? '').toLowerCase(), words });
    position = end;
  }
  return commands;
}

function wordsFrom(text: string, from: number): { words: readonly Word[]; end: number } {
  const words: Word[] = [];
  let position = from;
  let depth = 1;
  while (position < text.length && depth > 0) {
    const space = matchAt(SPACE, text, position);
    const quoted = matchAt(QUOTED, text, position);
    const word = matchAt(BRACKET, text, position) ?? matchAt(UNQUOTED, text, position);
    if (space !== null) position += space[0].length;
    else if (quoted !== null) {
      const end = position + quoted[0].length;
      words.push({ value: quoted[1] ?? '', start: position, end, isQuoted: true });
      position = end;
    } else if (word !== null) {
      const end = position + word[0].length;
      words.push({ value: word[0], start: position, end, isQuoted: false });
      position = end;
    } else {
      if (text[position] === '(') depth += 1;
      if (text[position] === ')') depth -= 1;
      position += 1;
    }
  }
  return { words, end: position };
}

function projectVersion({ name, words }: Command): Word | undefined {
  if (name !== PROJECT) return undefined;
  const keyword = words.findIndex(({ value, isQuoted }) => value === 'VERSION' && !isQuoted);
  return keyword === -1 ? undefined : words[keyword + 1];
}

function variable({ name, words }: Command, key: string): Word | undefined {
  return name === 'set' && words[0]?.value === key ? words[1] : undefined;
}

function toLocated(
  { value, start, end, isQuoted }: Word,
  rest: { readonly key: string; readonly numbersOnly: boolean },
): Located {
  return {
    ...rest,
    value,
    start,
    end,
    encode: (version) => (isQuoted ? `"${version}"` : version),
  };
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
