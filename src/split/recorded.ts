/** What a set was split with, out of its main wheel: the same again for another version of the original. */
import * as z from 'zod';
import { WheelworksError } from '../support/errors.ts';
import type { SplitDescription } from '../wheel/split/index.ts';
import type { SplitChoices } from './options.ts';

// As the main wheel keeps them. A choice that is not known here would be lost, so it is refused.
const recorded = z.strictObject({
  byPath: z.array(z.string()),
  inPlace: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
  cacheVariable: z.string().optional(),
  cacheDirectory: z.string().optional(),
});

/**
 * The choices that `split.json` keeps.
 * @param path names the main wheel in errors
 * @throws WheelworksError `split/unknown-choices`.
 */
export function recordedChoices(
  { maxSize, choices }: Pick<SplitDescription, 'maxSize' | 'choices'>,
  path: string,
): SplitChoices {
  const parsed = recorded.safeParse(choices);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WheelworksError(
      'split/unknown-choices',
      'The set was split with choices that this wheelworks does not know.',
      {
        path,
        evidence: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
        hint: 'Use the wheelworks that split it, or a newer one.',
      },
    );
  }
  const { byPath, inPlace, exclude, cacheVariable, cacheDirectory } = parsed.data;
  return {
    maxSize,
    byPath,
    ...(inPlace === undefined ? {} : { inPlace }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(cacheVariable === undefined ? {} : { cacheVariable }),
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
  };
}
