import { describe, expect, it } from 'vitest';
import type { Effort, Saving } from '../../../src/split/advise/index.ts';
import { afterSavings, judge } from '../../../src/split/advise/verdict.ts';

interface Sketch {
  readonly effort?: Effort;
  readonly members: Readonly<Record<string, number>>;
  readonly whole?: boolean;
  readonly isExcluded?: boolean;
}

function saving({ effort = 'none', members, whole = false, isExcluded = false }: Sketch): Saving {
  const saved = Object.entries(members).map(([path, download]) => ({
    path,
    download,
    installed: download,
    whole,
  }));
  const download = saved.reduce((sum, member) => sum + member.download, 0);
  return {
    kind: 'strip',
    title: 'something',
    effort,
    installed: download,
    download,
    installedBasis: 'measured',
    downloadBasis: 'measured',
    members: saved,
    evidence: [],
    remedy: 'Do something.',
    ...(isExcluded ? { isExcluded } : {}),
  };
}

describe('the verdict', () => {
  it('asks for nothing when the wheel is small enough', () => {
    expect(judge(100, [saving({ members: { a: 50 } })], 100)).toMatchObject({
      status: 'under',
      savings: [],
    });
  });

  it('takes what loses nothing before what somebody must decide, however large that is', () => {
    const savings = [
      saving({ effort: 'choice', members: { a: 90 } }),
      saving({ members: { b: 20 } }),
      saving({ members: { c: 10 } }),
    ];
    expect(judge(125, savings, 100)).toMatchObject({
      status: 'reachable',
      savings: [1, 2],
      after: 95,
    });
  });

  it('leaves small steps out that a larger one makes needless', () => {
    const savings = [
      saving({ effort: 'choice', members: { a: 90 } }),
      saving({ members: { b: 5 } }),
    ];
    expect(judge(180, savings, 100)).toMatchObject({ savings: [0], after: 90 });
  });

  it('says perhaps where only another build helps, and how many wheels a split needs', () => {
    const savings = [saving({ effort: 'rebuild', members: { a: 60 } })];
    expect(judge(150, savings, 100)).toMatchObject({ status: 'perhaps', after: 90 });
  });

  it('says so when nothing is enough, and does not count what is excluded', () => {
    const savings = [
      saving({ members: { a: 300 }, isExcluded: true }),
      saving({ members: { b: 50 } }),
    ];
    expect(judge(350, savings, 100)).toMatchObject({
      status: 'too-large',
      after: 300,
      savings: [1],
    });
  });

  it('saves no byte twice: a file that goes whole has nothing to strip', () => {
    const savings = [
      saving({ members: { a: 40, b: 10 } }),
      saving({ members: { a: 60 }, whole: true }),
    ];
    expect(afterSavings(200, savings, [0, 1])).toBe(130);
    expect(afterSavings(200, savings, [1, 0])).toBe(130);
  });
});
