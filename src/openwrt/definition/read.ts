/** Reads `openwrt.toml`. */
import { parse } from 'smol-toml';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import { TABLES, type RecipeDefinition } from './schema.ts';

/** What a definition file is called. */
export const DEFINITION_FILE = 'openwrt.toml';

/**
 * Reads a definition file.
 * @param path for errors
 * @throws WheelworksError `recipe/bad-definition`, `recipe/unknown-key` with the nearest key that there is.
 */
export function readDefinition(text: string, path: string): RecipeDefinition {
  return definitionOf(parseToml(text, path), path);
}

/**
 * Holds a value to the schema, and fills in the defaults.
 * @throws WheelworksError as `readDefinition`.
 */
export function definitionOf(value: unknown, path: string): RecipeDefinition {
  const parsed = TABLES[''].safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  for (const issue of issues)
    if (issue.code === 'unrecognized_keys') throw unknownKey(issue.path, issue.keys, path);
  const shown = issues.slice(0, 5);
  throw new WheelworksError(
    'recipe/bad-definition',
    `${placeOf(shown[0]?.path ?? [])} is not what it must be.`,
    {
      path,
      evidence: shown.map((issue) => `${placeOf(issue.path)}: ${issue.message}`).join('\n'),
      hint: 'docs/openwrt-recipes.md lists the keys.',
    },
  );
}

/** Of what the parser shows. */
const SHOWN_LINE = 160;
const SHOWN_LINES = 6;

function parseToml(text: string, path: string): unknown {
  if (text.includes('\0'))
    throw new WheelworksError('recipe/bad-definition', `${path} is no text.`, {
      path,
      hint: 'Give openwrt.toml, or the folder that has it.',
    });
  try {
    return parse(text);
  } catch (cause) {
    throw new WheelworksError('recipe/bad-definition', `${path} is not valid TOML.`, {
      path,
      cause,
      evidence: (cause instanceof Error ? cause.message : String(cause))
        .trim()
        .split('\n')
        .slice(0, SHOWN_LINES)
        .map((line) => (line.length > SHOWN_LINE ? `${line.slice(0, SHOWN_LINE)}...` : line))
        .join('\n'),
    });
  }
}

function unknownKey(
  place: readonly PropertyKey[],
  keys: readonly string[],
  path: string,
): WheelworksError {
  const [key = ''] = keys;
  const table = place.filter((part) => typeof part === 'string').join('.');
  const known = Object.entries(TABLES).find(([name]) => name === table)?.[1];
  const names = known === undefined ? [] : Object.keys(known.shape);
  const near = closestName(key, names);
  return new WheelworksError(
    'recipe/unknown-key',
    table === '' ? `There is no table ${key}.` : `[${placeOf(place)}] has no key ${key}.`,
    { path, hint: near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${near}?` },
  );
}

/** `package[2].depends[0]`, counted from 1. */
function placeOf(place: readonly PropertyKey[]): string {
  const text = place
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`))
    .join('');
  return text === '' ? 'The file' : text.replace(/^\./, '');
}
