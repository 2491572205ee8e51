/** The matrix of a plan: Pythons down, platforms across, as the coverage matrices of pages and reports. */
import { knownPython } from '../../platform/index.ts';
import type { PlannedJob } from '../../plan/index.ts';
import { TEXT_COLUMNS, type CommandContext } from '../context.ts';
import { padCells } from './width.ts';

interface MatrixColumn {
  readonly tag: string;
  /** Columns of one family stand together under its name. */
  readonly family: string;
  readonly title: string;
}

const GAP = 2;

/** Lines of at most 100 cells; families of platforms that do not fit beside each other come below. */
export function planMatrix(jobs: readonly PlannedJob[], context: CommandContext): string {
  const rows = [...new Map(jobs.map((job) => [job.python.tag, job])).keys()];
  const cells = new Map(jobs.map((job) => [job.id, job]));
  const names = rows.map((tag) => knownPython(tag)?.name ?? tag);
  const width = Math.max(...names.map((name) => name.length));
  const bands = bandsOf(columnsOf(jobs), width);
  const matrix = bands.map((columns) => band({ columns, rows, names, width, cells }, context));
  const skipped = jobs.some(({ options }) => options.skipTest);
  return `${matrix.join('\n')}${skipped ? `\n${context.colour.faint('* made, but not tested')}\n` : ''}`;
}

function columnsOf(jobs: readonly PlannedJob[]): readonly MatrixColumn[] {
  const tags = [...new Set(jobs.map(({ id }) => id.slice(id.indexOf('-') + 1)))];
  return tags
    .map((tag) => {
      const [, family = tag, title = ''] = /^([a-z]+)_(.+)$/.exec(tag) ?? [];
      return tag === 'win32'
        ? { tag, family: 'windows', title: 'win32' }
        : { tag, family: FAMILIES[family] ?? family, title };
    })
    .toSorted((one, other) => rank(one.family) - rank(other.family));
}

const FAMILIES: Readonly<Record<string, string>> = { win: 'windows', macosx: 'macos' };
const ORDER = ['manylinux', 'musllinux', 'macos', 'windows'];

function rank(family: string): number {
  return ORDER.indexOf(family);
}

/** Whole families beside each other as long as they fit. */
function bandsOf(
  columns: readonly MatrixColumn[],
  names: number,
): readonly (readonly MatrixColumn[])[] {
  const bands: MatrixColumn[][] = [];
  let used = 0;
  for (const family of ORDER) {
    const own = columns.filter((column) => column.family === family);
    if (own.length === 0) continue;
    const width = own.reduce((sum, column) => sum + widthOf(column) + GAP, 1);
    const last = bands.at(-1);
    if (last !== undefined && used + width <= TEXT_COLUMNS) {
      last.push(...own);
      used += width;
    } else {
      bands.push([...own]);
      used = names + width;
    }
  }
  return bands;
}

interface Band {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly string[];
  readonly names: readonly string[];
  readonly width: number;
  readonly cells: ReadonlyMap<string, PlannedJob>;
}

function band({ columns, rows, names, width, cells }: Band, { colour }: CommandContext): string {
  const line = (name: string, texts: readonly string[]): string =>
    `${padCells(name, width)}${columns
      .map((column, index) => {
        const opens = index > 0 && column.family !== columns[index - 1]?.family;
        return `${' '.repeat(opens ? GAP + 1 : GAP)}${padCells(texts[index] ?? '', widthOf(column))}`;
      })
      .join('')}`.trimEnd();
  const body = rows.map((tag, index) =>
    line(
      names[index] ?? '',
      columns.map((column) => {
        const text = cellText(cells.get(`${tag}-${column.tag}`));
        return text === '-' ? colour.faint(text) : text;
      }),
    ),
  );
  const families = columns.map(({ family }, index) =>
    family === columns[index - 1]?.family ? '' : family,
  );
  const titles = [
    line('', families),
    line(
      '',
      columns.map(({ title }) => title),
    ),
  ];
  return `${[...titles.map(colour.faint), ...body].join('\n')}\n`;
}

/** A family's name may be longer than the title of its only column. */
function widthOf({ title, family }: MatrixColumn): number {
  return Math.max(title.length, family.length > 9 ? 9 : family.length);
}

function cellText(job: PlannedJob | undefined): string {
  if (job === undefined) return '-';
  return `${kindOf(job.expects)}${job.options.skipTest ? '*' : ''}`;
}

/** By the file that is expected: which ABI it is for, where that is known. */
function kindOf(expects: string): string {
  if (expects.endsWith('-none-any.whl')) return 'any';
  if (expects.includes('{')) return 'wheel';
  if (/-(?:abi3|abi3t|abi3\.abi3t)-/.test(expects))
    return expects.includes('abi3t') ? 'abi3t' : 'abi3';
  return expects.includes('-none-') ? 'none' : 'wheel';
}
