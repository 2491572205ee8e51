/** The size of a main wheel before its parts are written: it is made as it will be, but for digests that are not known. */
import { rm, stat } from 'node:fs/promises';
import { sha256 } from '../../support/hash.ts';
import { withWheel, writeWheel } from '../../wheel/index.ts';
import type { SplitPart } from '../../wheel/split/index.ts';
import type { SplitOptions } from '../options.ts';
import type { Weigh } from '../planning/measured.ts';
import { editNatives } from './edit-natives.ts';
import { mainDraft } from './main-wheel.ts';

/**
 * Weighs main wheels in which nothing is cut.
 * @param scratch a folder for the wheel, which does not stay
 * @throws (the function) WheelworksError as `editNatives` and `mainDraft`, `file/*`.
 */
export function weigher(options: SplitOptions, scratch: string): Weigh {
  return async (input, plan) => {
    const wheel = plan.wheels.find(({ path }) => path === input.wheel.path);
    if (wheel?.split === undefined) throw new TypeError(`${input.wheel.path} is not split`);
    const { split, filename } = wheel;
    const wanted = new Set(split.parts);
    const parts = plan.parts
      .filter((part) => wanted.has(part.filename))
      .map(({ distribution, filename: file }): [string, SplitPart] => [
        file,
        { distribution, filename: file, sha256: sha256(file) },
      ]);
    const draft = await mainDraft(input, {
      split,
      choices: plan.choices,
      // Any digest takes the room of the right one.
      original: { filename, size: input.wheel.archive.size, sha256: sha256(filename) },
      parts: new Map(parts),
      edited: await editNatives(input, split),
      cuts: new Map(),
      chunks: new Map(),
      windows: new Map(),
    });
    const { jobs, signal, modified } = options;
    const { path } = await writeWheel(draft, scratch, {
      ...(jobs === undefined ? {} : { jobs }),
      ...(signal === undefined ? {} : { signal }),
      ...(modified === undefined ? {} : { modified }),
    });
    try {
      const { size } = await stat(path);
      const edited = await withWheel(path, async ({ archive }) =>
        split.edited.map(
          (edit) => [edit.path, archive.get(edit.path)?.compressedSize ?? 0] as const,
        ),
      );
      return { size, edited: new Map(edited) };
    } finally {
      await rm(path, { force: true });
    }
  };
}
