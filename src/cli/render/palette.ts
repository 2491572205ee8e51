import { styleText } from 'node:util';

type Style = (text: string) => string;

/** Colours by meaning. They only add to what the words already say. */
export interface Palette {
  /** False when every style returns its text unchanged. */
  readonly enabled: boolean;
  /** Headings and names to find again. */
  readonly strong: Style;
  /** What can be skipped when reading. */
  readonly faint: Style;
  readonly good: Style;
  readonly caution: Style;
  readonly bad: Style;
  /** Something to type: a command, an option. */
  readonly code: Style;
}

/** A palette that colours, or one that leaves every text as it is. */
export function createPalette(enabled: boolean): Palette {
  return {
    enabled,
    strong: enabled ? style('bold') : unstyled,
    faint: enabled ? style('dim') : unstyled,
    good: enabled ? style('green') : unstyled,
    caution: enabled ? style('yellow') : unstyled,
    bad: enabled ? style('red') : unstyled,
    code: enabled ? style('cyan') : unstyled,
  };
}

function style(format: 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan'): Style {
  // Whether to colour is decided before; styleText would look at the environment by itself.
  return (text) => (text === '' ? '' : styleText(format, text, { validateStream: false }));
}

function unstyled(text: string): string {
  return text;
}

/** What decides about colour for one output stream. */
export interface ColourConditions {
  readonly when: 'auto' | 'always' | 'never';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/**
 * Whether to colour a stream. The option wins; then FORCE_COLOR (`0` and `false` forbid), NO_COLOR when it is not empty
 * (no-color.org), TERM=dumb outside CI (CI logs show colours but their terminal calls itself dumb); then only a
 * terminal is coloured.
 */
export function wantsColour({ when, env, isTerminal }: ColourConditions): boolean {
  if (when !== 'auto') return when === 'always';
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if (env['TERM'] === 'dumb' && !isSet(env['CI'])) return false;
  return isTerminal;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
