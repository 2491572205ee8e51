/** Evaluates variables in bash's syntax, one after the other, where the build runs. */
import { WheelworksError } from '../../support/errors.ts';
import type { EnvironmentAssignment } from '../model.ts';
import { badBash, scanWord, type WordPart } from './word.ts';

/** What values are evaluated with. */
export interface Evaluation {
  /** The variables that are there before. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs a command with these variables and returns its standard output; rejects when it fails. */
  readonly run: (
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Promise<string>;
}

/**
 * The variables that were there, with those that are assigned; a value sees those before it.
 *
 * A command of words alone is run as it is; one with pipes, redirections or conditions by `sh -c`. White space at the end of
 * what it prints is dropped. Nothing is split into words, as nothing is in assignments of bash.
 * @throws WheelworksError `config/bad-environment`, and what `run` rejects with.
 */
export async function evaluateEnvironment(
  assignments: readonly EnvironmentAssignment[],
  { env, run }: Evaluation,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) values[name] = value;
  for (const { name, value } of assignments) {
    const { parts, end } = scanWord(value, 0);
    if (end < value.length) throw badBash(`${name}=${value}`, 'a value is one word');
    values[name] = await textOf(parts, { env: values, run });
  }
  return values;
}

interface Scope {
  readonly env: Readonly<Record<string, string>>;
  readonly run: Evaluation['run'];
}

async function textOf(parts: readonly WordPart[], scope: Scope): Promise<string> {
  let text = '';
  for (const part of parts) text += await partText(part, scope);
  return text;
}

async function partText(part: WordPart, scope: Scope): Promise<string> {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'home') return scope.env['HOME'] ?? '~';
  if (part.kind === 'command') return outputOf(part.text, scope);
  const value = scope.env[part.name];
  const { fallback } = part;
  if (fallback === undefined) return value ?? '';
  const isThere = value !== undefined && !(fallback.orEmpty && value === '');
  if (fallback.operator === '+') return isThere ? textOf(fallback.word, scope) : '';
  return isThere ? value : textOf(fallback.word, scope);
}

async function outputOf(text: string, scope: Scope): Promise<string> {
  const commands = simpleCommands(text);
  let output = '';
  if (commands === undefined) {
    output = await scope.run(['sh', '-c', text], scope.env);
  } else {
    for (const words of commands) {
      const command: string[] = [];
      for (const word of words) command.push(await textOf(word, scope));
      output += await scope.run(command, scope.env);
    }
  }
  return output.trimEnd();
}

/** The commands of a list by their words; undefined for one that needs a shell. */
function simpleCommands(text: string): readonly (readonly (readonly WordPart[])[])[] | undefined {
  const commands: (readonly WordPart[])[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === ';' || character === '\n') {
      commands.push([]);
      at += 1;
    } else if (/\s/.test(character)) {
      at += 1;
    } else if (/[&|<>()]/.test(character)) {
      return undefined;
    } else {
      const { parts, end } = scanWord(text, at);
      // An assignment before a command, or a pattern of files, is for a shell.
      if (/^(?:[A-Za-z_]\w*=|.*[*?[])/.test(text.slice(at, end)) && !/['"]/.test(text[at] ?? ''))
        return undefined;
      commands.at(-1)?.push(parts);
      at = end;
    }
  }
  const found = commands.filter((words) => words.length > 0);
  if (found.length === 0)
    throw new WheelworksError('config/bad-environment', 'A command in $() is empty.');
  return found;
}
