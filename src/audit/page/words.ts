/** How names and numbers are put on the page. */
import { markup, type Html } from '../../pages/index.ts';

/** A part of what the page tells about one input; undefined in place of it where there is nothing to tell. */
export interface AuditPart {
  /** Unique among the parts of an input. */
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  readonly body: Html;
}

/** The address of an input within the page, or of a part of it. */
export function idOf(index: number, part?: string): string {
  return part === undefined ? `audit-${index}` : `audit-${index}-${part}`;
}

/** The last part of a path of this machine or of an archive. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `1 file`, `3 files` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first few names, and how many there are besides. */
export function few(names: readonly string[], most = 4): string {
  // Where only one would be left out, its name takes no more room than its number.
  if (names.length <= most + 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Options of a command line, as they stand in a sentence: `--exclude`, `-Wl,-z,now`. */
const OPTION = /(?<=^|[\s(])(-{1,2}[A-Za-z][\w=,-]*)/;

/** A sentence, with options in it marked as such, which also keeps them on one line. */
export function prose(text: string): Html {
  // Splitting by a group leaves what it caught at the odd places.
  const parts = text.split(OPTION);
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code class="o">${part}</code>` : part))}`;
}
