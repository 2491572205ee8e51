/** Where the rules come from, and who is hurt: a table, `data/rules.json`, by code or by the first part of it. */
import type { Finding, FindingEffect } from '../support/finding.ts';
import table from './data/rules.json' with { type: 'json' };

/** A rule as it is told with a finding. */
export interface RuleOrigin {
  /** Who makes the rule, with the source: `PyPI (warehouse forklift/legacy.py, 6b6215712)`. */
  readonly source: string;
  /** Since when it is kept, where that is known: `2026-07`. */
  readonly since?: string;
  /** In place of what the finding says, when it is about publishing. */
  readonly effect?: FindingEffect;
}

interface Row {
  readonly source: string;
  readonly since?: string;
  readonly effect?: string;
}

const RULES: ReadonlyMap<string, Row> = new Map(Object.entries(table.rules));
const EFFECTS: readonly FindingEffect[] = ['index-rejects', 'index-warns', 'users-break', 'advice'];

/** Where a rule comes from; undefined for a code without one. */
export function originOf(code: string): RuleOrigin | undefined {
  const row = RULES.get(code) ?? RULES.get(`${code.split('/', 1)[0] ?? ''}/*`);
  if (row === undefined) return undefined;
  const effect = EFFECTS.find((each) => each === row.effect);
  return {
    source: row.source,
    ...(row.since === undefined ? {} : { since: row.since }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** A finding with where its rule comes from. */
export type CheckFinding = Finding & { readonly rule?: string; readonly since?: string };

/** Findings of other parts of the program say who breaks; here it is whether an index takes the file. */
export function withOrigin(finding: Finding): CheckFinding {
  const origin = originOf(finding.code);
  if (origin === undefined) return finding;
  return {
    ...finding,
    effect: origin.effect ?? finding.effect,
    rule: origin.source,
    ...(origin.since === undefined ? {} : { since: origin.since }),
  };
}
