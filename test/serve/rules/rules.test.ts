import { describe, expect, it } from 'vitest';
import checkTable from '../../../src/check/data/rules.json' with { type: 'json' };
import { originOf } from '../../../src/check/index.ts';
import { UPLOAD_RULES } from '../../../src/serve/rules/index.ts';
import { RULE_SAMPLES } from '../../check/rule-samples.ts';
import { UPLOAD_SAMPLES } from './rule-samples.ts';
import { judge } from './uploads.ts';

const RULES = new Map(UPLOAD_RULES.map((rule) => [rule.id, rule]));

describe('every rule of uploads', () => {
  it.each(UPLOAD_SAMPLES)('$rule is found where it is broken', async (sample) => {
    const { rule, changes, says = /./ } = sample;
    const { violations, status, message } = await judge(changes, await sample.context?.());
    const own = violations.find((each) => each.rule === rule);
    const row = RULES.get(rule);
    expect(own).toMatchObject({ status: row?.status, effect: row?.effect ?? 'index-rejects' });
    expect(own?.message).not.toMatch(/\{\w+\}/);
    const answered = violations.find((each) => each.status >= 400);
    expect([status, message]).toEqual([answered?.status ?? 200, answered?.message ?? '']);
    expect(answered?.message ?? own?.message).toMatch(says);
  });

  it('has a fixture', () => {
    const sampled = new Set(UPLOAD_SAMPLES.map(({ rule }) => rule));
    expect([...RULES.keys()].filter((id) => !sampled.has(id))).toEqual([]);
    expect([...sampled].filter((id) => !RULES.has(id))).toEqual([]);
    const counts = {
      rules: RULES.size,
      rows: UPLOAD_RULES.length,
      fixtures: UPLOAD_SAMPLES.length,
    };
    expect(counts).toEqual({ rules: 86, rows: 86, fixtures: 100 });
  });

  it('names its source', () => {
    for (const { source, message, row } of UPLOAD_RULES) {
      expect(source).toMatch(/^(?:warehouse|packaging|what)/);
      expect(message).not.toBe('');
      expect(row).toBeGreaterThan(0);
    }
  });
});

describe('findings of a check', () => {
  const mapped = UPLOAD_RULES.flatMap(({ codes }) => codes);
  const rejecting = new Set([
    ...Object.keys(checkTable.rules).filter((code) =>
      ['index-rejects', 'index-warns'].includes(originOf(code)?.effect ?? ''),
    ),
    ...RULE_SAMPLES.filter(({ effect = 'index-rejects' }) => effect === 'index-rejects').map(
      ({ code }) => code,
    ),
  ]);

  it('that an index rejects belong to one rule each', () => {
    expect(rejecting.size).toBeGreaterThan(90);
    const counts = [...rejecting].map((code) => [code, mapped.filter((c) => c === code).length]);
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('are those that the rules name', () => {
    const exact = mapped.filter((code) => !code.includes('*'));
    expect(exact.filter((code) => !rejecting.has(code))).toEqual([]);
  });
});
