/** The commands of a project as lines for the shell. */

/** What the placeholders of a command stand for; cibuildwheel's words. Those that are absent stay as they are. */
export interface Placeholders {
  /** The folder of the sources, which may be above the package. */
  readonly project?: string;
  /** The folder that holds pyproject.toml. */
  readonly package?: string;
  /** The wheel that is repaired or installed. */
  readonly wheel?: string;
  /** The empty folder that a repair command fills. */
  readonly dest_dir?: string;
}

/** `{package}`, and `#{package}` for a placeholder that is to stay one. */
const PLACEHOLDER = /(#?)\{(project|package|wheel|dest_dir)\}/y;

/**
 * Puts paths into a command, quoted for where they stand: `{package}/test`, `"{package}/test"` and `'{package}/test'`
 * all become one word of the shell, whatever is in the path.
 */
export function fillPlaceholders(
  command: string,
  values: Placeholders,
  platform: NodeJS.Platform,
): string {
  let filled = '';
  let quote = '';
  for (let at = 0; at < command.length;) {
    PLACEHOLDER.lastIndex = at;
    const [text, escape, name] = PLACEHOLDER.exec(command) ?? [];
    const value = values[name as keyof Placeholders];
    if (text !== undefined && value !== undefined) {
      if (escape !== '') filled += text.slice(1);
      else filled += platform === 'win32' ? quoteForCmd(value, quote) : quoteForShell(value, quote);
      at += text.length;
      continue;
    }
    const character = command.charAt(at);
    const isEscaped = platform !== 'win32' && character === '\\' && quote !== "'";
    filled += command.slice(at, at + (isEscaped ? 2 : 1));
    at += isEscaped ? 2 : 1;
    if (!isEscaped) quote = nextQuote(character, quote, platform);
  }
  return filled;
}

/** Puts values into text that no shell reads. */
export function fillPlain(text: string, values: Placeholders): string {
  return text.replaceAll(
    /(#?)\{(project|package|wheel|dest_dir)\}/g,
    (whole: string, escape: string, name: keyof Placeholders) => {
      const value = values[name];
      if (value === undefined) return whole;
      return escape === '' ? value : whole.slice(1);
    },
  );
}

/** The quotation a character opens or closes; cmd knows double quotes only. */
function nextQuote(character: string, quote: string, platform: NodeJS.Platform): string {
  if (character !== '"' && (character !== "'" || platform === 'win32')) return quote;
  if (quote === '') return character;
  return quote === character ? '' : quote;
}

function quoteForShell(value: string, quote: string): string {
  if (quote === '"') return value.replaceAll(/["$`\\]/g, String.raw`\$&`);
  const inSingle = value.replaceAll("'", String.raw`'\''`);
  if (quote === "'") return inSingle;
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${inSingle}'`;
}

function quoteForCmd(value: string, quote: string): string {
  return quote === '"' || !/[\s&()^;,=]/.test(value) ? value : `"${value}"`;
}

/** Whether a command calls pip, which the environment then needs one of its own for. */
export function usesPip(command: string): boolean {
  return /(?:^|[\s;&|("'/\\])pip\d?(?:\.\d+)?(?=$|[\s;&|)"'])/.test(command);
}
