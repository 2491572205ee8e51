/**
 * What a suite works with. `run(ctx)` calls `ctx.compare` once for each table:
 *
 *     await ctx.compare({
 *       title: 'inflate everything',
 *       contenders: [
 *         { label: 'wheelworks', command: [process.execPath, script, fixture] },   // the first is what ratios compare to
 *         { label: 'python', command: ['python3', script, fixture] },
 *       ],
 *     });
 *
 * A contender runs as a child process of its own, `runs` times. Its last line of output may be JSON with `seconds` (the
 * time of the operation itself; without it the whole process counts) and `check` (any text: all contenders of a table
 * must print the same, so that none wins by doing less), `peakMegabytes` when it is not its own memory that matters. `read` of a contender makes both from another kind of output,
 * `accepts` are the exit codes that are no failure, `runs` is for
 * one that takes minutes, and `isMeasure` is set for one that does other work and is only a measure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { measure } from './measure.mjs';
import { alignTable, markdownTable } from './table.mjs';

const root = dirname(dirname(import.meta.dirname));

/** Gives `work` a context with a temporary folder that is removed afterwards. */
export async function withContext({ suite, runs }, work) {
  const temp = mkdtempSync(join(tmpdir(), `wheelworks-bench-${suite}-`));
  try {
    return await work(makeContext(temp, runs));
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

function makeContext(temp, runs) {
  const sections = [];
  return {
    /** The repository. */
    root,
    /** A folder for fixtures and outputs. */
    temp,
    /** Bundles a TypeScript source of the repository; the path of a module that plain Node imports. */
    async bundle(source) {
      const outfile = join(temp, `${basename(source, '.ts')}-${sections.length}.mjs`);
      await build({
        absWorkingDir: root,
        entryPoints: [source],
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'node',
        target: 'node20.19',
        logLevel: 'error',
      });
      return outfile;
    },
    async compare({ title, note, contenders, runs: own = runs }) {
      const measured = [];
      for (const contender of contenders) {
        measured.push({
          label: contender.label,
          ...(await measure(contender, { temp, runs: contender.runs ?? own })),
        });
      }
      requireSameCheck(
        title,
        measured.filter((_, index) => contenders[index].isMeasure !== true),
      );
      const rows = toRows(measured);
      console.log(`${title}\n${alignTable(rows)}\n`);
      sections.push(
        `### ${title}\n\n${note === undefined ? '' : `${note}\n\n`}${markdownTable(rows)}`,
      );
      return measured;
    },
    markdown: () => sections.join('\n\n'),
  };
}

function requireSameCheck(title, measured) {
  const [first] = measured;
  for (const { label, check } of measured) {
    if (check === first.check) continue;
    throw new Error(`${title}: ${label} gives ${check}, ${first.label} ${first.check}`);
  }
}

function toRows(measured) {
  const [first] = measured;
  return [
    ['', 'seconds', 'ratio', 'process CPU s', 'peak MB'],
    ...measured.map(({ label, seconds, cpu, peakMegabytes }) => [
      label,
      seconds.toFixed(seconds < 1 ? 3 : 2),
      `${(seconds / first.seconds).toFixed(seconds / first.seconds < 10 ? 2 : 1)}x`,
      cpu.toFixed(2),
      String(Math.round(peakMegabytes)),
    ]),
  ];
}
