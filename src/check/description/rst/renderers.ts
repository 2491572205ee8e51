/** Those who may render reStructuredText here: the docutils of several Pythons, each several times side by side. */
import {
  openDocutils,
  type Docutils,
  type DocutilsAnswer,
  type DocutilsOptions,
} from './docutils.ts';

export interface RstRenderersOptions extends DocutilsOptions {
  /** How many texts at once. Default 1. */
  readonly workers?: number;
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
  const open = (): readonly Docutils[] => pythons.map((python) => openDocutils(python, options));
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
  return {
    async render(text, wants) {
      const worker = await take();
      try {
        return await askEach(worker, text, wants);
      } finally {
        giveBack(worker);
      }
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
