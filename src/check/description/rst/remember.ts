/** Verdicts of docutils kept from run to run: a README is judged once, however often its wheels are checked. */
import type { Cache } from '../../../support/cache.ts';
import { sha256 } from '../../../support/hash.ts';
import { readAnswer, type Docutils, type DocutilsAnswer } from './docutils.ts';

/** The same docutils, asked only for what it has not said before. HTML is not kept. */
export function rememberVerdicts(docutils: Docutils, cache: Cache): Docutils {
  return {
    ...docutils,
    async render(text, wants) {
      if (wants === 'html') return docutils.render(text, wants);
      const identity = await docutils.identity();
      if (identity === undefined) return docutils.render(text, wants);
      const key = `verdict on reStructuredText, ${identity}, ${sha256(text)}`;
      const known = await cache.readJson(key, readVerdict);
      if (known !== undefined) return known;
      const answer = await docutils.render(text, wants);
      if (isVerdict(answer)) await cache.writeJson(key, answer);
      return answer;
    },
  };
}

/** What lies in the text alone; what a machine had no time or memory for is tried again. */
function isVerdict({ kind }: DocutilsAnswer): boolean {
  return kind === 'renders' || kind === 'refused';
}

function readVerdict(value: unknown): DocutilsAnswer {
  const answer = readAnswer(typeof value === 'object' && value !== null ? { ...value } : undefined);
  if (answer === undefined || !isVerdict(answer)) throw new Error('no verdict');
  return answer;
}
