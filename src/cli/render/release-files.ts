/** The files of a build or a release as tables for people: wheels with their parts, and sdists. */
import type { WheelReport } from '../../build/index.ts';
import type { CommandContext } from '../context.ts';
import { tableLayout } from './build-plan.ts';
import { formatSize, plural } from './quantity.ts';
import type { ShownReport } from './release.ts';
import { renderTable, type Cell } from './table.ts';

/** The wheels, and below them the parts of those that were split, each once. */
export function wheelTable(report: ShownReport, context: CommandContext): string {
  return renderTable(
    [
      { title: 'wheel', shrink: 'middle' },
      { title: 'size', align: 'right' },
      { title: 'tested on' },
    ],
    [
      ...report.wheels.map((wheel): readonly Cell[] => [
        wheel.filename,
        formatSize(wheel.size),
        testedOn(wheel, context.colour.bad),
      ]),
      ...report.parts.map(({ filename, size, requiredBy }): readonly Cell[] => [
        filename,
        formatSize(size),
        `part of ${plural(requiredBy.length, 'wheel')}`,
      ]),
    ],
    tableLayout(context),
  );
}

/** The sdists. */
export function sdistTable({ sdists }: ShownReport, context: CommandContext): string {
  return renderTable(
    [{ title: 'sdist', shrink: 'middle' }, { title: 'size', align: 'right' }, { title: 'origin' }],
    sdists.flatMap(({ filename, size, origin }) =>
      filename === undefined ? [] : [[filename, formatSize(size ?? 0), origin ?? '']],
    ),
    tableLayout(context),
  );
}

/** Names of Pythons shown in a cell; more are counted. */
const MOST_NAMES = 3;

function testedOn({ testedOn: ids }: WheelReport, bad: (text: string) => string): Cell {
  if (ids.length === 0) return { text: 'nothing', style: bad };
  return ids.length <= MOST_NAMES ? ids.map(shortId).join(' ') : plural(ids.length, 'interpreter');
}

/** `cp312` of `cp312-manylinux_x86_64`. */
export function shortId(id: string): string {
  return id.slice(0, id.indexOf('-'));
}
