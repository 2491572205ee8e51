/**
 * As much of a terminal (ECMA-48) as a reporter may use: it throws on anything else. Each character is one cell wide,
 * except those told to be two; lines wrap at the last column and the screen scrolls.
 */
export class VirtualTerminal {
  readonly #wide: RegExp;
  columns: number;
  readonly rows: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(
    columns: number,
    rows: number,
    wide: RegExp = /[\u3000-\u9FFF\uAC00-\uD7A3\uFF01-\uFF60]/u,
  ) {
    this.columns = columns;
    this.rows = rows;
    this.#wide = wide;
  }

  readonly write = (text: string): void => {
    let rest = text;
    while (rest !== '') {
      // oxlint-disable-next-line no-control-regex -- a terminal is made of them
      const sequence = /^\u001B\[([0-9;]*)([A-Za-z])/.exec(rest);
      if (sequence !== null) {
        this.#control(sequence[2] ?? '', Number(sequence[1] === '' ? undefined : sequence[1]));
        rest = rest.slice(sequence[0].length);
        continue;
      }
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(character.length);
      if (character === '\n') this.#newLine();
      else if (character === '\r') this.#column = 0;
      else if (/\p{Cc}/u.test(character))
        throw new Error(`control character ${JSON.stringify(character)}`);
      else this.#put(character);
    }
  };

  /** Everything that was ever on the screen and is not erased, without the spaces at line ends. */
  get text(): string {
    return this.#lines
      .map((cells) =>
        Array.from(cells, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .replace(/\n+$/, '');
  }

  get lines(): string[] {
    return this.text === '' ? [] : this.text.split('\n');
  }

  /** The user makes the window narrower or wider; lines that are too long are wrapped, as most terminals do. */
  resize(columns: number): void {
    this.columns = columns;
    const below = this.#lines.length - this.#row;
    this.#lines = this.#lines.flatMap((line) => {
      const parts: string[][] = [];
      for (let start = 0; start === 0 || start < line.length; start += columns)
        parts.push(line.slice(start, start + columns));
      return parts;
    });
    this.#row = this.#lines.length - below;
  }

  #control(final: string, count: number): void {
    if (final === 'm') return;
    if (final === 'A') {
      const top = Math.max(0, this.#lines.length - this.rows);
      this.#row = Math.max(top, this.#row - (Number.isNaN(count) ? 1 : count));
    } else if (final === 'K' && Number.isNaN(count)) this.#line().length = this.#column;
    else if (final === 'J' && Number.isNaN(count)) {
      this.#line().length = this.#column;
      this.#lines.length = this.#row + 1;
    } else throw new Error(`unexpected control sequence ${count}${final}`);
  }

  #line(): string[] {
    const line = this.#lines[this.#row] ?? [];
    this.#lines[this.#row] = line;
    return line;
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#line();
  }

  #put(character: string): void {
    const width = /\p{Mn}/u.test(character) ? 0 : this.#wide.test(character) ? 2 : 1;
    if (width === 0) return;
    if (this.#column + width > this.columns) this.#newLine();
    const line = this.#line();
    line[this.#column] = character;
    if (width === 2) line[this.#column + 1] = '';
    this.#column += width;
  }
}
