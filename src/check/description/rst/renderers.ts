/** Those who may render reStructuredText here: the docutils of several Pythons, each several times side by side. */
import type { Cache } from '../../../support/cache.ts';
import { sha256 } from '../../../support/hash.ts';
import {
  openDocutils,
  type Docutils,
  type DocutilsAnswer,
  type DocutilsOptions,
} from './docutils.ts';
import { rememberVerdicts } from './remember.ts';

export interface RstRenderersOptions extends DocutilsOptions {
  /** How many texts at once. Default 1. */
  readonly workers?: number;
  /** Where verdicts are kept from run to run; nowhere when left out. */
  readonly cache?: Cache;
}

/** What the first that could tell has told; `unproven` when nobody could, with the reason. */
export type RstAnswer =
  | Extract<DocutilsAnswer, { readonly kind: 'html' | 'renders' }>
  | {
      readonly kind: 'refused';
      readonly version: string;
      readonly problem: string;
      readonly line?: number;
    }
  | { readonly kind: 'unproven'; readonly problem: string };

export interface RstRenderers {
  /** @throws WheelworksError `process/cancelled`. */
  render(text: string, wants: 'html' | 'verdict'): Promise<RstAnswer>;
  /** Ends those that were started. */
  close(): Promise<void>;
}

/** Gives texts to the docutils of these Pythons; none is started before there is a text for it. */
export function openRstRenderers(
  pythons: readonly string[],
  options: RstRenderersOptions = {},
): RstRenderers {
  const { cache } = options;
  const open = (): readonly Docutils[] =>
    pythons.map((python) => {
      const docutils = openDocutils(python, options);
      return cache === undefined ? docutils : rememberVerdicts(docutils, cache);
    });
  const workers = Array.from({ length: Math.max(1, options.workers ?? 1) }, open);
  const idle = [...workers];
  const waiting: ((worker: readonly Docutils[]) => void)[] = [];
  const take = async (): Promise<readonly Docutils[]> =>
    idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const giveBack = (worker: readonly Docutils[]): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const ask = async (text: string, wants: 'html' | 'verdict'): Promise<RstAnswer> => {
    const worker = await take();
    try {
      return await askEach(worker, text, wants);
    } finally {
      giveBack(worker);
    }
  };
  /** All wheels of a release have one description. */
  const verdicts = new Map<string, Promise<RstAnswer>>();
  return {
    async render(text, wants) {
      if (wants === 'html') return ask(text, wants);
      const key = sha256(text);
      const verdict = verdicts.get(key) ?? ask(text, wants);
      verdicts.set(key, verdict);
      return verdict;
    },
    async close() {
      await Promise.all(workers.flat().map((docutils) => docutils.close()));
    },
  };
}

async function askEach(
  docutils: readonly Docutils[],
  text: string,
  wants: 'html' | 'verdict',
): Promise<RstAnswer> {
  let problem = 'No Python with docutils was there to render it.';
  for (const each of docutils) {
    const answer = await each.render(text, wants);
    if (answer.kind === 'absent') continue;
    if (answer.kind === 'html' || answer.kind === 'renders') return answer;
    if (answer.kind === 'refused') return { ...answer, kind: 'refused' };
    problem = answer.problem;
    // Another docutils may be able to tell, but what takes this one too long takes all of them too long.
    if (answer.kind === 'timed-out') break;
  }
  return { kind: 'unproven', problem };
}
