/** The test command of a project as a line for the shell. */

/** What the placeholders of a test command stand for; cibuildwheel's words. */
export interface Placeholders {
  /** The folder of the sources, which may be above the package. */
  readonly project: string;
  /** The folder that holds pyproject.toml. */
  readonly package: string;
  /** The wheel that is installed. */
  readonly wheel: string;
}

const PLACEHOLDER = /\{(project|package|wheel)\}/y;

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
    const [text, name] = PLACEHOLDER.exec(command) ?? [];
    if (text !== undefined && name !== undefined) {
      const value = values[name as keyof Placeholders];
      filled += platform === 'win32' ? quoteForCmd(value, quote) : quoteForShell(value, quote);
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
